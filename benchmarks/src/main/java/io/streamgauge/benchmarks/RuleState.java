package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.alerting.AlertSink;
import io.streamgauge.alerting.Hearing;
import io.streamgauge.alerting.JudgedEvent;
import io.streamgauge.alerting.KeyJudge;
import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.MemoryKeyStore;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How many bytes the alerting job keeps for one key and one rule, by the kind of its condition:
 * what the job writes to RocksDB, before its compression and without the keys' own bytes. The key
 * has ten events a second for five minutes, which are to nobody's alarm except where the row says
 * so; the baseline is a rule that remembers nothing but whether it fires.
 */
public final class RuleState {

    private static final TenantId TENANT = new TenantId("benchmark");
    private static final StreamId STREAM = new StreamId(new UUID(0, 1));
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long EVENTS = 3_000;
    private static final long INTERVAL = 100;

    private static final String SPEC =
            """
            {"name":"orders","fields":[
              {"name":"time","type":"timestamp","role":"timestamp"},
              {"name":"shop","type":"string","role":"dimension"},
              {"name":"amount","type":"number","role":"measure"}]}
            """;

    private final StreamDefinition stream;
    private final EventDecoder decoder;

    private RuleState(StreamDefinition stream) {
        this.stream = stream;
        this.decoder = new EventDecoder(stream.spec());
    }

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put(
                "threshold of each event",
                "{'kind':'threshold','measure':'amount','op':'>','value':99}");
        conditions.put(
                "the same, firing", "{'kind':'threshold','measure':'amount','op':'>','value':-1}");
        conditions.put(
                "mean of 1 m, every 10 s",
                "{'kind':'threshold','measure':'amount','aggregate':'mean','window':'1m',"
                        + "'every':'10s','op':'>','value':99}");
        conditions.put(
                "p95 of 1 m, every 10 s",
                "{'kind':'threshold','measure':'amount','aggregate':'p95','window':'1m',"
                        + "'every':'10s','op':'>','value':99}");
        conditions.put(
                "change of 10 s against 5 m ago",
                "{'kind':'change','measure':'amount','aggregate':'mean','window':'10s',"
                        + "'every':'10s','offset':'5m','mode':'percent','op':'>','value':900}");
        conditions.put("absence", "{'kind':'absence','duration':'1m'}");
        conditions.put("sequence that never began", sequence("event.amount > 99"));
        conditions.put("sequence with ten begun", sequence("event.amount == 42.0"));
        StreamDefinition stream =
                new StreamDefinition(
                        TENANT,
                        STREAM,
                        StreamSpecReader.read(Json.mapper().readTree(SPEC)),
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH);
        RuleState state = new RuleState(stream);
        System.out.printf("%-32s %10s%n", "one key, one rule", "bytes");
        for (Map.Entry<String, String> condition : conditions.entrySet()) {
            System.out.printf(
                    "%-32s %,10d%n", condition.getKey(), state.bytes(condition.getValue()));
        }
    }

    private static String sequence(String first) {
        return "{'kind':'sequence','within':'1m','skip':'noSkip','steps':["
                + "{'name':'first','where':'%s'},{'name':'then','where':'event.amount < 0.0'}]}"
                        .formatted(first);
    }

    private long bytes(String condition) throws IOException, InvalidInputException {
        RuleBook book = new RuleBook();
        book.putStream(stream);
        book.put(RuleRevision.of(alert(condition), 0));
        MemoryKeyStore store = new MemoryKeyStore();
        KeyJudge judge = new KeyJudge(book, Limits.NONE, Hearing.PERFECT, new Nobody());
        judge.select("{\"shop\":\"a\"}", store);
        for (long i = 0; i < EVENTS; i++) {
            long now = START + i * INTERVAL;
            String json = "{\"time\":%d,\"shop\":\"a\",\"amount\":%d}".formatted(now, i % 60);
            judge.advance(now - 1);
            judge.onEvent(
                    new JudgedEvent(
                            decoder.decodeRow(json.getBytes(UTF_8)),
                            now,
                            0,
                            i,
                            book.rules(TENANT, STREAM, now)));
        }
        return store.bytes();
    }

    private static AlertDefinition alert(String condition)
            throws IOException, InvalidInputException {
        String spec =
                """
                {"name":"rule","stream":"orders","groupBy":["shop"],"condition":%s}
                """
                        .formatted(condition.replace('\'', '"'));
        return new AlertDefinition(
                TENANT,
                new AlertId(new UUID(0, 2)),
                Optional.of(STREAM),
                Map.of(),
                1,
                false,
                List.of(
                        new AlertVersion(
                                1,
                                AlertVersion.Mode.ACTIVE,
                                AlertSpecReader.read(Json.mapper().readTree(spec)))),
                Instant.EPOCH);
    }

    /** Only the state counts here. */
    private static final class Nobody implements AlertSink {

        @Override
        public void transition(AlertTransition transition) {}

        @Override
        public void evaluationFailed(RuleKey rule, String reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public void partialMatchesDropped(RuleKey rule, long count) {}

        @Override
        public void instanceRefused(RuleKey rule) {
            throw new IllegalStateException("there are no limits");
        }

        @Override
        public void opened(RuleKey rule, UUID instance) {}

        @Override
        public void closed(RuleKey rule, UUID instance) {}
    }
}
