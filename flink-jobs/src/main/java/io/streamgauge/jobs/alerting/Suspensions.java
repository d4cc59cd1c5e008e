package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.BlindTimes;
import io.streamgauge.alerting.KeyJudge;
import io.streamgauge.contracts.TenantId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When tenants were not active, are not, and, as policies take effect a little after they are
 * written, will not be; all by the platform's clock. While a tenant is inactive its alerts stand
 * still: nothing is judged and nothing is due. A tenant that nothing was said of is active; one
 * that is gone stays as it was, since what it had goes with its alerts. For one task's thread.
 */
final class Suspensions {

    private static final int VERSION = 1;

    /** Of one tenant. */
    private static final class Timeline {

        /** Whether it is active from a time on that has not come. */
        private final NavigableMap<Long, Boolean> coming = new TreeMap<>();

        private long since = KeyJudge.NEVER;
        private BlindTimes over = new BlindTimes();

        private boolean isActiveAtLast() {
            return coming.isEmpty() ? since == KeyJudge.NEVER : coming.lastEntry().getValue();
        }
    }

    private final SortedMap<TenantId, Timeline> timelines = new TreeMap<>();

    /** When the first of all changes; it is asked for at each event. */
    private long nextChange = KeyJudge.NEVER;

    /**
     * A tenant is active again.
     *
     * @param from since when it was not
     */
    record Resumption(TenantId tenant, long from, long to) {}

    /**
     * A tenant is active, or not, from a time on.
     *
     * @param clock up to which everything has been judged: nothing takes effect before
     */
    void put(TenantId tenant, boolean active, long at, long clock) {
        Timeline timeline = timelines.get(tenant);
        if (timeline == null) {
            if (active) {
                return;
            }
            timeline = new Timeline();
            timelines.put(tenant, timeline);
        }
        if (timeline.isActiveAtLast() != active) {
            long last = timeline.coming.isEmpty() ? Long.MIN_VALUE : timeline.coming.lastKey();
            timeline.coming.put(Math.max(Math.max(at, clock + 1), last + 1), active);
            findNextChange();
        }
    }

    private void findNextChange() {
        nextChange = KeyJudge.NEVER;
        for (Timeline timeline : timelines.values()) {
            if (!timeline.coming.isEmpty()) {
                nextChange = Math.min(nextChange, timeline.coming.firstKey());
            }
        }
    }

    /** When something changes next; {@link KeyJudge#NEVER} if never. */
    long nextChange() {
        return nextChange;
    }

    /** Lets what changes up to a time take effect. */
    List<Resumption> advance(long to) {
        List<Resumption> resumptions = new ArrayList<>();
        timelines.forEach(
                (tenant, timeline) -> {
                    while (!timeline.coming.isEmpty() && timeline.coming.firstKey() <= to) {
                        Map.Entry<Long, Boolean> change = timeline.coming.pollFirstEntry();
                        if (change.getValue()) {
                            resumptions.add(
                                    new Resumption(tenant, timeline.since, change.getKey()));
                            timeline.over.add(timeline.since, change.getKey());
                            timeline.since = KeyJudge.NEVER;
                        } else {
                            timeline.since = change.getKey();
                        }
                    }
                });
        findNextChange();
        return resumptions;
    }

    /** Since when a tenant is not active; {@link KeyJudge#NEVER} where it is. */
    long since(TenantId tenant) {
        Timeline timeline = timelines.get(tenant);
        return timeline == null ? KeyJudge.NEVER : timeline.since;
    }

    /** When a tenant was not active, as far as that is over. */
    BlindTimes over(TenantId tenant) {
        Timeline timeline = timelines.get(tenant);
        return timeline == null ? new BlindTimes() : timeline.over;
    }

    /** Forgets what ended at a time or before. */
    void forget(long until) {
        timelines
                .values()
                .removeIf(
                        timeline -> {
                            timeline.over.forget(until);
                            return timeline.over.isEmpty()
                                    && timeline.coming.isEmpty()
                                    && timeline.since == KeyJudge.NEVER;
                        });
    }

    /** Binary form, for {@link #fromBytes}. */
    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(timelines.size());
            for (Map.Entry<TenantId, Timeline> entry : timelines.entrySet()) {
                Timeline timeline = entry.getValue();
                out.writeUTF(entry.getKey().value());
                out.writeLong(timeline.since);
                out.writeInt(timeline.coming.size());
                for (Map.Entry<Long, Boolean> change : timeline.coming.entrySet()) {
                    out.writeLong(change.getKey());
                    out.writeBoolean(change.getValue());
                }
                byte[] over = timeline.over.toBytes();
                out.writeInt(over.length);
                out.write(over);
            }
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #toBytes} has written. */
    static Suspensions fromBytes(byte[] bytes) throws IOException {
        Suspensions suspensions = new Suspensions();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "suspensions: version %d (expected: %d)".formatted(version, VERSION));
            }
            for (int tenants = in.readInt(); tenants > 0; tenants--) {
                Timeline timeline = new Timeline();
                suspensions.timelines.put(new TenantId(in.readUTF()), timeline);
                timeline.since = in.readLong();
                for (int changes = in.readInt(); changes > 0; changes--) {
                    long at = in.readLong();
                    timeline.coming.put(at, in.readBoolean());
                }
                timeline.over = BlindTimes.fromBytes(in.readNBytes(in.readInt()));
            }
        }
        suspensions.findNextChange();
        return suspensions;
    }
}
