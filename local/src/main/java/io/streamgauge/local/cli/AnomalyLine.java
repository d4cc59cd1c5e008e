package io.streamgauge.local.cli;

import io.streamgauge.contracts.anomaly.Anomaly;
import java.util.Locale;

/** What was unusual, in a line. */
final class AnomalyLine {

    private AnomalyLine() {}

    /** When, what, how rare, and what would have been usual. */
    static String of(Anomaly anomaly) {
        StringBuilder line = new StringBuilder();
        line.append(anomaly.end()).append("  ").append(anomaly.kind());
        if (!anomaly.begins()) {
            line.append(" goes on");
        }
        line.append("  ").append(anomaly.measure());
        anomaly.value().ifPresent(it -> line.append(" ").append(number(it)));
        line.append("  usual ")
                .append(number(anomaly.lower()))
                .append(" to ")
                .append(number(anomaly.upper()))
                .append("  score ")
                .append(String.format(Locale.ROOT, "%.2f", anomaly.score()));
        anomaly.series()
                .dimensionValues()
                .forEach((name, value) -> line.append("  ").append(name).append('=').append(value));
        return line.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
