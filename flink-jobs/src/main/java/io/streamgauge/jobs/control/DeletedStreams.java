package io.streamgauge.jobs.control;

import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Remembers in broadcast state which streams were deleted, for {@link #LIFE_MILLIS}: longer than
 * any of their windows lives, and than anything about them is under way between two operators.
 */
public final class DeletedStreams {

    /** Ids of deleted streams, and the wall-clock time when that was learnt. */
    public static final MapStateDescriptor<String, Long> STATE =
            new MapStateDescriptor<>("deleted-streams-v1", Types.STRING, Types.LONG);

    /**
     * The last window of a deleted stream closes within 26 hours: size, out-of-orderness, lateness.
     */
    public static final long LIFE_MILLIS = Duration.ofDays(2).toMillis();

    private DeletedStreams() {}

    /** Takes note of an update, and forgets what is old. */
    public static void note(DefinitionUpdate update, BroadcastState<String, Long> deleted, long now)
            throws Exception {
        Optional<StreamDefinitionCodec.Key> key = StreamDefinitionCodec.Key.parse(update.key());
        if (key.isEmpty()) {
            return;
        }
        for (Iterator<Map.Entry<String, Long>> entries = deleted.iterator(); entries.hasNext(); ) {
            if (entries.next().getValue() + LIFE_MILLIS < now) {
                entries.remove();
            }
        }
        if (update.value() == null) {
            deleted.put(key.get().stream().toString(), now);
        }
    }
}
