package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.Arrays;
import java.util.UUID;

/**
 * Versions of one tenant's alerts as numbers, three for each: the two halves of the alert's id, and
 * the version. Events carry them in this form.
 */
final class RuleRefs {

    private static final int LONGS = 3;
    private static final int FIRST_CAPACITY = 4;

    private long[] numbers = new long[LONGS * FIRST_CAPACITY];
    private int length;

    void add(RuleKey rule) {
        if (length == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * length);
        }
        UUID alert = rule.alert().value();
        numbers[length++] = alert.getMostSignificantBits();
        numbers[length++] = alert.getLeastSignificantBits();
        numbers[length++] = rule.version();
    }

    boolean isEmpty() {
        return length == 0;
    }

    void clear() {
        length = 0;
    }

    long[] toArray() {
        return Arrays.copyOf(numbers, length);
    }

    static int count(long[] refs) {
        return refs.length / LONGS;
    }

    static RuleKey get(long[] refs, int index, TenantId tenant) {
        int at = LONGS * index;
        return new RuleKey(tenant, new AlertId(new UUID(refs[at], refs[at + 1])), refs[at + 2]);
    }
}
