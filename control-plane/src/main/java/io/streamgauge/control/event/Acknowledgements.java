package io.streamgauge.control.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Counts what Kafka says about the events of one batch. One thread sends and waits, the producer's
 * thread answers.
 */
final class Acknowledgements {

    /** One more than there are events without an answer, until the sender waits. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final CountDownLatch allAnswered = new CountDownLatch(1);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final Queue<Oversized> oversized = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /** An event that is too large for the topic as the operator has configured it. */
    record Oversized(EventPlace place, String reason) {}

    /** What to call, exactly once, with the answer about one event. */
    EventLog.Receipt expect(EventPlace place) {
        open.incrementAndGet();
        return problem -> {
            if (problem.isEmpty()) {
                acknowledged.incrementAndGet();
            } else if (problem.get() instanceof RecordTooLargeException tooLarge) {
                oversized.add(new Oversized(place, String.valueOf(tooLarge.getMessage())));
            } else {
                failure.compareAndSet(null, problem.get());
            }
            answered();
        };
    }

    /**
     * Waits until every event has its answer; called once, after the last event.
     *
     * @return false where some have none in time
     */
    boolean await(Duration limit) throws InterruptedException {
        answered();
        return allAnswered.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How many events are safe: every replica in sync has them. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** Events that the topic does not take, in no order. */
    List<Oversized> oversized() {
        return List.copyOf(oversized);
    }

    /** Why events were not acknowledged, if any was not for a reason that is not its own. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure.get());
    }

    private void answered() {
        if (open.decrementAndGet() == 0) {
            allAnswered.countDown();
        }
    }
}
