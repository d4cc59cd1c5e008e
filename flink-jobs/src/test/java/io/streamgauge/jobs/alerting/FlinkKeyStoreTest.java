package io.streamgauge.jobs.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.KeyStore;
import io.streamgauge.alerting.MemoryKeyStore;
import io.streamgauge.alerting.QueuePosition;
import io.streamgauge.alerting.RuleKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store over Flink's state does what the one over the heap does, for several keys in turn. */
class FlinkKeyStoreTest {

    private static final int KEYS = 3;
    private static final int RULES = 3;
    private static final List<Long> EDGES =
            List.of(Long.MIN_VALUE, -1_000L, -1L, 0L, 1L, 63L, 64L, 1_000L, Long.MAX_VALUE);

    @ParameterizedTest
    @CsvSource({"rocksdb,1", "rocksdb,2", "rocksdb,3", "hashmap,1", "hashmap,2"})
    void doesWhatTheOneOverTheHeapDoes(String backend, long seed) throws Exception {
        Random random = new Random(seed);
        Holder holder = new Holder();
        Map<String, MemoryKeyStore> model = new HashMap<>();
        try (KeyedOneInputStreamOperatorTestHarness<String, String, String> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(holder, key -> key, Types.STRING)) {
            harness.setStateBackend(
                    backend.equals("rocksdb")
                            ? new EmbeddedRocksDBStateBackend()
                            : new HashMapStateBackend());
            harness.open();
            for (int i = 0; i < 4_000; i++) {
                String key = "k" + random.nextInt(KEYS);
                holder.select(key);
                MemoryKeyStore expected =
                        model.computeIfAbsent(key, unknown -> new MemoryKeyStore());
                for (int j = random.nextInt(4); j >= 0; j--) {
                    step(random, expected, holder.store());
                }
            }
            for (Map.Entry<String, MemoryKeyStore> entry : model.entrySet()) {
                holder.select(entry.getKey());
                clear(holder.store(), entry.getValue());
            }
            if (backend.equals("rocksdb")) {
                assertThat(
                                ((RocksDBKeyedStateBackend<?>) holder.getKeyedStateBackend())
                                        .numKeyValueStateEntries())
                        .isZero();
            }
        }
    }

    private static void step(Random random, KeyStore expected, KeyStore actual) {
        RuleKey rule = rule(random.nextInt(RULES));
        long index = random.nextInt(200) - 100L;
        byte[] bytes = ByteBuffer.allocate(8).putLong(random.nextLong()).array();
        long from = edge(random);
        long to = edge(random);
        QueuePosition position =
                new QueuePosition(
                        random.nextInt(40) - 20L,
                        random.nextInt(3),
                        random.nextInt(2),
                        random.nextInt(3));
        for (KeyStore store : List.of(expected, actual)) {
            Random same = new Random(index);
            switch (Math.floorMod(bytes[7], 10)) {
                case 0 -> store.putAgenda(bytes);
                case 1 -> store.removeAgenda();
                case 2 -> store.putState(rule, bytes);
                case 3 -> {
                    if (same.nextInt(20) == 0) {
                        store.removeRule(rule);
                    }
                }
                case 4, 5 -> store.putCell(rule, index, bytes);
                case 6 -> {
                    if (same.nextInt(10) == 0) {
                        store.removeCells(rule, from, to);
                    }
                }
                case 7, 8 -> store.enqueue(position, bytes);
                default -> store.firstQueued().ifPresent(first -> store.dequeue(first.position()));
            }
        }
        assertThat(actual.agenda()).usingRecursiveComparison().isEqualTo(expected.agenda());
        assertThat(actual.state(rule)).usingRecursiveComparison().isEqualTo(expected.state(rule));
        assertThat(actual.cell(rule, index))
                .usingRecursiveComparison()
                .isEqualTo(expected.cell(rule, index));
        assertThat(cells(actual, rule, from, to)).isEqualTo(cells(expected, rule, from, to));
        assertThat(actual.firstQueued().map(KeyStore.QueuedEvent::position))
                .isEqualTo(expected.firstQueued().map(KeyStore.QueuedEvent::position));
    }

    private static long edge(Random random) {
        return random.nextInt(3) == 0
                ? EDGES.get(random.nextInt(EDGES.size()))
                : random.nextInt(200) - 100L;
    }

    private static List<String> cells(KeyStore store, RuleKey rule, long from, long to) {
        List<String> cells = new ArrayList<>();
        store.cells(
                rule,
                from,
                to,
                (index, cell) -> cells.add(index + "=" + ByteBuffer.wrap(cell).getLong()));
        return cells;
    }

    private static void clear(KeyStore store, KeyStore model) {
        store.removeAgenda();
        for (int i = 0; i < RULES; i++) {
            store.removeRule(rule(i));
        }
        while (store.firstQueued().isPresent()) {
            QueuePosition first = store.firstQueued().get().position();
            assertThat(model.firstQueued().orElseThrow().position()).isEqualTo(first);
            store.dequeue(first);
            model.dequeue(first);
        }
        assertThat(model.firstQueued()).isEmpty();
    }

    private static RuleKey rule(int number) {
        return new RuleKey(AlertFixtures.ACME, AlertFixtures.id(number / 2), number);
    }

    /** An operator that does nothing but hold the store. */
    private static final class Holder extends AbstractStreamOperator<String>
            implements OneInputStreamOperator<String, String> {

        private static final long serialVersionUID = 1L;

        private transient @org.jspecify.annotations.Nullable FlinkKeyStore store;

        @Override
        public void open() throws Exception {
            super.open();
            store =
                    new FlinkKeyStore(
                            this::getOrCreateKeyedState,
                            getKeyedStateBackend().getBackendTypeIdentifier().equals("rocksdb"));
        }

        void select(String key) {
            setCurrentKey(key);
            store().keyChanged();
        }

        FlinkKeyStore store() {
            return Objects.requireNonNull(store);
        }

        @Override
        public void processElement(StreamRecord<String> element) {
            // Driven by hand.
        }
    }
}
