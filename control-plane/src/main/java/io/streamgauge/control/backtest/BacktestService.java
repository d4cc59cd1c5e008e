package io.streamgauge.control.backtest;

import io.streamgauge.alerting.InvalidRuleException;
import io.streamgauge.alerting.backtest.Backtest;
import io.streamgauge.alerting.backtest.BacktestLimits;
import io.streamgauge.alerting.backtest.BacktestResult;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Backtests. The alert is in force from the begin of the time that is judged, and knows nothing
 * from before: a window that reaches further back is as empty as one of a new alert.
 */
public final class BacktestService {

    private static final Duration DEFAULT_RANGE = Duration.ofHours(1);

    private static final BacktestLimits LIMITS =
            new BacktestLimits(200_000, 1_000, 64L << 20, Duration.ofSeconds(20));

    private final SubjectFinder subjects;
    private final StoredEvents stored;
    private final BacktestGate gate;
    private final InstantSource clock;

    public BacktestService(
            SubjectFinder subjects, StoredEvents stored, BacktestGate gate, InstantSource clock) {
        this.subjects = subjects;
        this.stored = stored;
        this.gate = gate;
        this.clock = clock;
    }

    /** Runs a backtest, and waits for what comes of it. */
    BacktestReport run(TenantId tenant, BacktestRequest request) {
        BacktestSubject subject = subjects.find(tenant, request);
        return gate.run(tenant, () -> run(tenant, subject, request));
    }

    private BacktestReport run(TenantId tenant, BacktestSubject subject, BacktestRequest request) {
        long begin = System.nanoTime();
        EventScan scan = scan(tenant, subject, request);
        BacktestResult result;
        try {
            result =
                    new Backtest(
                                    subject.alert(),
                                    subject.members(),
                                    subject.streams(),
                                    scan.from(),
                                    LIMITS)
                            .run(scan.events(), scan.to());
        } catch (InvalidRuleException e) {
            throw new InvalidRequest(
                    new Violation("#/alert", "value", String.valueOf(e.getMessage())));
        }
        return new BacktestReport(
                subject,
                scan,
                result,
                Truncation.of(scan, result, LIMITS, StoredEvents.Bounds.DEFAULT),
                request.events().isPresent() ? Optional.empty() : Optional.of(stored.retention()),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private EventScan scan(TenantId tenant, BacktestSubject subject, BacktestRequest request) {
        Instant now = clock.instant();
        if (request.events().isEmpty()) {
            Instant to = request.to().filter(it -> it.isBefore(now)).orElse(now);
            Instant from = request.from().orElse(to.minus(DEFAULT_RANGE));
            if (!from.isBefore(to)) {
                throw new InvalidRequest(
                        new Violation(
                                "#/from", "range", "%s (expected: in the past)".formatted(from)));
            }
            return stored.read(
                    tenant,
                    subject.streams(),
                    new TimeRange(from, to),
                    StoredEvents.Bounds.DEFAULT);
        }
        if (subject.streams().size() != 1) {
            throw new InvalidRequest(
                    new Violation(
                            "#/events",
                            "unused",
                            "of which stream cannot be told: the alerts have %d (expected: one)"
                                    .formatted(subject.streams().size())));
        }
        return GivenEvents.read(
                request.events().get(),
                subject.streams().getFirst(),
                request.from(),
                request.to(),
                now);
    }
}
