package io.streamgauge.alerting.backtest;

import io.streamgauge.alerting.AlertSink;
import io.streamgauge.alerting.CompiledRule;
import io.streamgauge.alerting.InvalidRuleException;
import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges events of the past by an alert as the job would have judged them, had the alert been in
 * force: by the same code, over the heap. For one thread; each is run once.
 */
public final class Backtest {

    /** How often the limit that is dear to check is checked, in steps. */
    private static final int CHECK_EVERY = 1_024;

    private final AlertId subject;
    private final BacktestLimits limits;
    private final LongSupplier nanoTime;
    private final Findings findings = new Findings();
    private final Replay replay;

    /**
     * A backtest of an alert.
     *
     * @param alert with one active version
     * @param members the alerts that it is composed of; none where it is no composite
     * @param streams of the alert and of its members
     * @param from since when the alert is in force, on the platform's clock
     * @throws InvalidRuleException where the alert or a member does not compile
     */
    public Backtest(
            AlertDefinition alert,
            Collection<AlertDefinition> members,
            Collection<StreamDefinition> streams,
            long from,
            BacktestLimits limits)
            throws InvalidRuleException {
        this(alert, members, streams, from, limits, System::nanoTime);
    }

    Backtest(
            AlertDefinition alert,
            Collection<AlertDefinition> members,
            Collection<StreamDefinition> streams,
            long from,
            BacktestLimits limits,
            LongSupplier nanoTime)
            throws InvalidRuleException {
        this.subject = alert.id();
        this.limits = limits;
        this.nanoTime = nanoTime;
        RuleBook book = new RuleBook();
        streams.forEach(book::putStream);
        List<AlertDefinition> all = new ArrayList<>(members);
        all.add(alert);
        for (AlertDefinition definition : all) {
            for (AlertVersion version : definition.versions()) {
                CompiledRule.compile(
                        definition,
                        version,
                        definition.stream().flatMap(id -> book.stream(definition.tenant(), id)));
            }
            book.put(RuleRevision.of(definition, from));
        }
        this.replay = new Replay(alert.tenant(), book, Limits.NONE, findings);
    }

    /** The platform was blind. To be told before the run. */
    public void blind(long from, long to) {
        replay.blind(from, to);
    }

    /**
     * Judges events.
     *
     * @param events ascending by arrival, then partition, then offset
     * @param end the clock to run to after the last one
     */
    public BacktestResult run(Iterable<BacktestEvent> events, long end) {
        long started = nanoTime.getAsLong();
        Watch watch = new Watch(started + limits.elapsed().toNanos());
        long count = 0;
        long until = end;
        boolean cut = false;
        for (BacktestEvent event : events) {
            if (event.arrival() > end) {
                break;
            }
            long before = event.arrival() - 1;
            if (count >= limits.events()) {
                cut = true;
                until = before;
                break;
            }
            until = replay.advance(before, watch);
            if (until < before || watch.getAsBoolean()) {
                break;
            }
            count++;
            replay.event(event);
            until = end;
        }
        until = replay.advance(until, watch);
        BacktestResult.Stopped stopped = watch.stopped;
        if (findings.overflown) {
            stopped = BacktestResult.Stopped.TRANSITIONS;
        } else if (stopped == null && cut) {
            stopped = BacktestResult.Stopped.EVENTS;
        }
        return new BacktestResult(
                findings.transitions,
                count,
                replay.judged(),
                replay.keysSeen(),
                findings.errors,
                Optional.ofNullable(findings.lastError),
                findings.dropped,
                until,
                Optional.ofNullable(stopped),
                Duration.ofNanos(nanoTime.getAsLong() - started));
    }

    /** Says when it is enough, before each event and each time that something is due. */
    private final class Watch implements BooleanSupplier {

        private final long deadline;
        private long steps;
        private BacktestResult.@Nullable Stopped stopped;

        private Watch(long deadline) {
            this.deadline = deadline;
        }

        @Override
        public boolean getAsBoolean() {
            if (stopped != null) {
                return true;
            }
            if (findings.overflown) {
                stopped = BacktestResult.Stopped.TRANSITIONS;
            } else if (nanoTime.getAsLong() - deadline > 0) {
                stopped = BacktestResult.Stopped.ELAPSED;
            } else if (steps++ % CHECK_EVERY == 0 && replay.bytes() > limits.bytes()) {
                stopped = BacktestResult.Stopped.BYTES;
            }
            return stopped != null;
        }
    }

    private final class Findings implements AlertSink {

        private final List<AlertTransition> transitions = new ArrayList<>();
        private long errors;
        private @Nullable String lastError;
        private long dropped;
        private boolean overflown;

        @Override
        public void transition(AlertTransition transition) {
            if (!transition.alert().equals(subject)) {
                return;
            }
            if (transitions.size() >= limits.transitions()) {
                overflown = true;
                return;
            }
            transitions.add(transition);
        }

        @Override
        public void evaluationFailed(RuleKey rule, String reason) {
            errors++;
            lastError = reason;
        }

        @Override
        public void partialMatchesDropped(RuleKey rule, long count) {
            dropped += count;
        }

        @Override
        public void instanceRefused(RuleKey rule) {
            throw new IllegalStateException("instance refused (expected: no limit): " + rule);
        }

        @Override
        public void opened(RuleKey rule, UUID instance) {}

        @Override
        public void closed(RuleKey rule, UUID instance) {}
    }
}
