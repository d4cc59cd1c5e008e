package io.streamgauge.jobs.alerting;

import io.streamgauge.jobs.kafka.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Finds the times in which the platform could not take events: gateways stamp something into each
 * partition every 50 ms, so where a partition's stamps leave a gap, nobody could write into it. For
 * one task's thread.
 *
 * <p>The last stamp of each partition is part of the state. On restore every task gets all of them,
 * as it may read other partitions than before; of several the latest counts.
 */
final class StampGaps {

    /** Shorter gaps are pauses of a gateway's or a broker's, which absence is not decided by. */
    static final long LEAST_GAP_MILLIS = 2_000;

    private static final ListStateDescriptor<LastStamp> STATE =
            new ListStateDescriptor<>("last-stamps-v1", TypeInformation.of(LastStamp.class));

    private final ListState<LastStamp> state;
    private final Map<Integer, Long> last = new HashMap<>();

    StampGaps(OperatorStateStore store) throws Exception {
        state = store.getUnionListState(STATE);
        for (LastStamp stamp : state.get()) {
            last.merge(stamp.partition(), stamp.stamp(), Math::max);
        }
    }

    void snapshot() throws Exception {
        List<LastStamp> stamps = new ArrayList<>(last.size());
        last.forEach((partition, stamp) -> stamps.add(new LastStamp(partition, stamp)));
        state.update(stamps);
    }

    /** Looks at the next record of a partition. */
    void accept(SourceRecord record, Consumer<Signal> gaps) {
        if (!record.movesClock()) {
            return;
        }
        Long before = last.get(record.partition());
        if (before != null && record.arrival() - before > LEAST_GAP_MILLIS) {
            gaps.accept(Signal.blind(before, record.arrival()));
        }
        if (before == null || record.arrival() > before) {
            last.put(record.partition(), record.arrival());
        }
    }
}
