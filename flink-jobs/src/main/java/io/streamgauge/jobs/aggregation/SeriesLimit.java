package io.streamgauge.jobs.aggregation;

import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Holds each stream to its series limit: a series is open while it has a window, and a stream may
 * have so many open at once. Which series has the place is decided by who comes first; one that is
 * open goes on whatever the count.
 *
 * <p><b>State.</b> For each key how many windows it has open, looked at only when a window opens or
 * closes; and for each task the {@link SeriesCount}, checkpointed as union list state, of which
 * each task takes what is about its own key groups. Both are of the same checkpoint, so they stay
 * in step. State of a release that did not count has neither: its windows count as none, and are
 * gone a lateness after.
 *
 * <p><b>Replay.</b> Where a stream is at its limit, a replay may give the places to other series,
 * as it may see partitions in another order.
 */
final class SeriesLimit {

    private static final ValueStateDescriptor<Integer> OPEN_WINDOWS =
            new ValueStateDescriptor<>("open-windows-v1", Types.INT);
    private static final ListStateDescriptor<OpenSeries> OPEN_SERIES =
            new ListStateDescriptor<>("open-series-v1", TypeInformation.of(OpenSeries.class));

    private final ValueState<Integer> openWindows;
    private final ListState<OpenSeries> checkpointed;
    private final SeriesCount count;

    /** Registers the state and takes over what a checkpoint had of it. */
    SeriesLimit(FunctionInitializationContext context, TaskInfo task) throws Exception {
        int keyGroups = task.getMaxNumberOfParallelSubtasks();
        openWindows = context.getKeyedStateStore().getState(OPEN_WINDOWS);
        checkpointed = context.getOperatorStateStore().getUnionListState(OPEN_SERIES);
        count =
                new SeriesCount(
                        keyGroups,
                        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                                keyGroups,
                                task.getNumberOfParallelSubtasks(),
                                task.getIndexOfThisSubtask()));
        if (context.isRestored()) {
            count.restore(checkpointed.get());
        }
    }

    void snapshot() throws Exception {
        checkpointed.update(count.snapshot());
    }

    /**
     * Notes that the present key opens a window.
     *
     * @return false where it must not: it has none, and the stream has as many series as it may
     */
    boolean openWindow(String series, long limit) throws Exception {
        Integer open = openWindows.value();
        if (open == null) {
            if (!count.hasRoom(SeriesCount.stream(series), limit)) {
                return false;
            }
            count.opened(series);
        }
        openWindows.update(open == null ? 1 : open + 1);
        return true;
    }

    /** How many series of a series' stream are open in this task. */
    long openSeries(String series) {
        return count.open(SeriesCount.stream(series));
    }

    /** Notes that a window of the present key has closed. */
    void closeWindow(String series) throws Exception {
        Integer open = openWindows.value();
        if (open == null) {
            return; // opened by a release that did not count
        }
        if (open > 1) {
            openWindows.update(open - 1);
        } else {
            openWindows.clear();
            count.closed(series);
        }
    }
}
