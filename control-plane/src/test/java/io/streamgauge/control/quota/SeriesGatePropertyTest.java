package io.streamgauge.control.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The gate against plain sets of texts, one for each hour. */
class SeriesGatePropertyTest {

    private static final List<StreamId> STREAMS = List.of(stream(0), stream(1), stream(2));

    private final TestingNanoTime time = new TestingNanoTime();

    @Property(tries = 200)
    void admitsAsSetsOfTextsWould(@ForAll Random random) {
        SeriesGate gate = new SeriesGate(1 << 20, time, random.nextLong());
        Model model = new Model();
        int names = 1 + random.nextInt(400);
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(100) == 0) {
                Duration passed = Duration.ofMinutes(random.nextInt(90));
                time.pass(passed);
                model.pass(passed);
            }
            StreamId stream = STREAMS.get(random.nextInt(STREAMS.size()));
            if (random.nextInt(500) == 0) {
                gate.forget(stream);
                model.forget(stream);
            }
            String series = "{\"host\":\"h%d\"}".formatted(random.nextInt(names));
            int limit = random.nextInt(10) == 0 ? random.nextInt(500) : 100;

            assertThat(gate.admit(stream, series, limit))
                    .isEqualTo(model.admit(stream, series, limit));
            assertThat(gate.open(stream)).isEqualTo(model.open(stream).size());
        }
        assertThat(gate.refused()).isEqualTo(model.refused);
        STREAMS.forEach(gate::forget);
        assertThat(gate.bytes()).isZero();
    }

    private static StreamId stream(int i) {
        return new StreamId(new UUID(7, i));
    }

    private static final class Model {

        private final Map<StreamId, Map<Long, Set<String>>> seen = new HashMap<>();
        private Duration now = Duration.ZERO;
        private long refused;

        void pass(Duration passed) {
            now = now.plus(passed);
        }

        void forget(StreamId stream) {
            seen.remove(stream);
        }

        boolean admit(StreamId stream, String series, int limit) {
            Set<String> open = open(stream);
            if (!open.contains(series) && open.size() >= limit) {
                refused++;
                return false;
            }
            hour(stream, now.toHours()).add(series);
            return true;
        }

        Set<String> open(StreamId stream) {
            Set<String> open = new HashSet<>(hour(stream, now.toHours()));
            open.addAll(hour(stream, now.toHours() - 1));
            return open;
        }

        private Set<String> hour(StreamId stream, long hour) {
            return seen.computeIfAbsent(stream, unknown -> new HashMap<>())
                    .computeIfAbsent(hour, unknown -> new HashSet<>());
        }
    }
}
