package io.streamgauge.local.cli;

import java.util.Locale;

/** Writes a measure's values for people; the unit is told by the end of the measure's name. */
final class Units {

    private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P"};
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};

    private Units() {}

    /** A value with three digits or so, and its unit. */
    static String format(String measure, double value) {
        if (measure.endsWith("_percent")) {
            return String.format(Locale.ROOT, "%.1f %%", value);
        }
        if (measure.endsWith("_bytes_per_second")) {
            return scaled(value, 1_000, DECIMAL, "B/s");
        }
        if (measure.endsWith("_bytes")) {
            return scaled(value, 1_024, BINARY, "B");
        }
        if (measure.endsWith("_per_second")) {
            return scaled(value, 1_000, DECIMAL, "/s");
        }
        if (measure.endsWith("_ms") || measure.endsWith("_milliseconds")) {
            return digits(value) + " ms";
        }
        if (measure.endsWith("_seconds")) {
            return digits(value) + " s";
        }
        if (measure.endsWith("_celsius")) {
            return digits(value) + " °C";
        }
        return scaled(value, 1_000, DECIMAL, "");
    }

    private static String scaled(double value, double base, String[] prefixes, String unit) {
        double rest = value;
        int prefix = 0;
        // 999.5 would be written as 1000 otherwise.
        while (Math.abs(rest) >= base - 0.5 && prefix < prefixes.length - 1) {
            rest /= base;
            prefix++;
        }
        String number = digits(rest);
        boolean isName = !unit.isEmpty() && !unit.startsWith("/");
        return number + (isName ? " " : "") + prefixes[prefix] + unit;
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (size >= 1_000_000) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        if (size >= 100) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (size >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        return size < 0.001
                ? String.format(Locale.ROOT, "%.1e", value)
                : String.format(Locale.ROOT, "%." + (size < 0.1 ? 3 : 2) + "f", value);
    }
}
