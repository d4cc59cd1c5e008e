package io.streamgauge.alerting;

import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.alerting.backtest.Replay;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.event.EventRow;
import java.util.List;

/** Alerts over memory, from the beginning of time or as told. */
public final class TestRun {

    public final RuleBook book = new RuleBook();
    public final TestSink sink = new TestSink();
    public final Replay replay;
    private long offset;

    public TestRun(Limits limits, AlertDefinition... alerts) {
        this(limits, EvaluationBudget.UNLIMITED, alerts);
    }

    public TestRun(Limits limits, EvaluationBudget budget, AlertDefinition... alerts) {
        book.putStream(TestAlerts.STREAM);
        for (AlertDefinition alert : alerts) {
            book.put(RuleRevision.of(alert, 0));
        }
        replay = new Replay(TestAlerts.TENANT, book, limits, budget, sink);
    }

    public TestRun(AlertDefinition... alerts) {
        this(Limits.NONE, alerts);
    }

    public TestRun event(long arrival, long timestamp, String host, double value) {
        return event(arrival, TestAlerts.row(timestamp, host, value));
    }

    public TestRun event(long at, String host, double value) {
        return event(at, at, host, value);
    }

    public TestRun event(long arrival, EventRow row) {
        replay.event(new BacktestEvent(TestAlerts.STREAM_ID, row, arrival, 0, offset++));
        return this;
    }

    public TestRun advance(long clock) {
        replay.advance(clock);
        return this;
    }

    public List<String> lines() {
        return sink.lines();
    }
}
