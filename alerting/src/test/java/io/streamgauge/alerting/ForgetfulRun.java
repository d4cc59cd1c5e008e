package io.streamgauge.alerting;

import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.alert.AlertDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Judges the same events as a {@code Replay}, but has nothing beyond one step: for each event, and
 * each time that something is due, a new judge with a copy of the key's bytes. Only for alerts that
 * group by host.
 */
final class ForgetfulRun {

    private final RuleBook book = new RuleBook();
    private final TestSink sink = new TestSink();
    private final SortedMap<String, MemoryKeyStore> stores = new TreeMap<>();

    ForgetfulRun(AlertDefinition... alerts) {
        book.putStream(TestAlerts.STREAM);
        for (AlertDefinition alert : alerts) {
            book.put(RuleRevision.of(alert, 0));
        }
    }

    List<String> run(List<BacktestEvent> events, long end) {
        for (BacktestEvent event : events) {
            dues(event.arrival() - 1);
            List<RuleInForce> rules =
                    book.rules(TestAlerts.TENANT, event.stream(), event.arrival());
            judge(event.row().key(List.of("host")))
                    .onEvent(
                            new JudgedEvent(
                                    event.row(),
                                    event.arrival(),
                                    event.partition(),
                                    event.offset(),
                                    rules));
        }
        dues(end);
        return sink.lines();
    }

    private void dues(long clock) {
        long due;
        do {
            due = KeyJudge.NEVER;
            String first = "";
            for (String key : new ArrayList<>(stores.keySet())) {
                long next = judge(key).nextDue();
                if (next < due) {
                    due = next;
                    first = key;
                }
            }
            if (due <= clock) {
                judge(first).advance(due);
            }
        } while (due <= clock);
    }

    private KeyJudge judge(String key) {
        MemoryKeyStore copy = stores.getOrDefault(key, new MemoryKeyStore()).copy();
        stores.put(key, copy);
        KeyJudge judge = new KeyJudge(book, Limits.NONE, Hearing.PERFECT, sink);
        judge.select(key, copy);
        return judge;
    }

    boolean isEmpty() {
        return stores.values().stream().allMatch(MemoryKeyStore::isEmpty);
    }
}
