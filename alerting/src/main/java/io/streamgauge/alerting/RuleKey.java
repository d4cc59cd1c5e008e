package io.streamgauge.alerting;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.Comparator;

/**
 * One version of one alert: what state belongs to. The order is that in which rules are judged
 * where several are due at one time.
 */
public record RuleKey(TenantId tenant, AlertId alert, long version) implements Comparable<RuleKey> {

    private static final Comparator<RuleKey> ORDER =
            Comparator.comparing(RuleKey::tenant)
                    .thenComparing(key -> key.alert().value())
                    .thenComparingLong(RuleKey::version);

    @Override
    public int compareTo(RuleKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return tenant + "/" + alert + "/" + version;
    }
}
