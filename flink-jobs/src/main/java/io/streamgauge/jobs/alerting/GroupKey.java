package io.streamgauge.jobs.alerting;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.List;

/**
 * What the keyed operator's state is under: one stream, one set of dimensions, one combination of
 * their values. Rules that group alike share it, and with it the copy of the event. The tenant
 * comes first, so that no two tenants have a key in common.
 *
 * @param grouping names of the dimensions in order, with commas between; empty for the whole stream
 * @param key values of the dimensions by name, as a JSON object
 */
record GroupKey(TenantId tenant, StreamId stream, String grouping, String key) {

    private static final int STREAM_ID_CHARACTERS = 36;

    /** Text of a grouping: the same whatever order the rule names its dimensions in. */
    static String grouping(List<String> groupBy) {
        return String.join(",", groupBy.stream().sorted().toList());
    }

    /** The text of all keys of a grouping up to their values. */
    static String prefix(TenantId tenant, StreamId stream, String grouping) {
        return tenant + "/" + stream + "/" + grouping + "/";
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException where the text was not written by {@link #toString()}
     */
    static GroupKey parse(String text) {
        int tenantEnd = text.indexOf('/');
        int streamEnd = tenantEnd + 1 + STREAM_ID_CHARACTERS;
        int groupingEnd = text.indexOf('/', streamEnd + 1);
        if (tenantEnd < 0 || groupingEnd < 0 || text.charAt(streamEnd) != '/') {
            throw malformed(text);
        }
        return new GroupKey(
                new TenantId(text.substring(0, tenantEnd)),
                StreamId.parse(text.substring(tenantEnd + 1, streamEnd))
                        .orElseThrow(() -> malformed(text)),
                text.substring(streamEnd + 1, groupingEnd),
                text.substring(groupingEnd + 1));
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "group key: " + text + " (expected: tenant/stream/grouping/values)");
    }

    @Override
    public String toString() {
        return prefix(tenant, stream, grouping) + key;
    }
}
