package io.streamgauge.alerting.backtest;

import io.streamgauge.alerting.InvalidRuleException;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Judges events of the past by an alert as the job would have judged them, had the alert been in
 * force: by the same code, over the heap. For one thread; each is run once.
 */
public final class Backtest {

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
        throw new InvalidRuleException("backtest: not yet");
    }

    /**
     * Judges events.
     *
     * @param events ascending by arrival
     * @param end the clock to run to after the last one
     */
    public BacktestResult run(Iterable<BacktestEvent> events, long end) {
        return new BacktestResult(
                List.of(), 0, 0, 0, 0, Optional.empty(), 0, end, Optional.empty(), Duration.ZERO);
    }
}
