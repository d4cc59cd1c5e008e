package io.streamgauge.jobs.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.detection.SeriesDetector;
import io.streamgauge.detection.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole job on RocksDB between real Kafka topics, with the loss of a TaskManager. */
class AnomalyJobKafkaIT {

    private static final Topics TOPICS = Topics.DEFAULT;
    private static final int WINDOWS = 300;
    private static final List<String> HOSTS = List.of("a", "b", "c", "d", "e");

    private final Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond() - WINDOWS);
    private AnomalyJobRig rig;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the test.
    AnomalyJobKafkaIT() {}

    @BeforeEach
    void start() throws Exception {
        rig = AnomalyJobRig.start();
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    @Test
    void scoresEveryWindowOnceAndTellsWhatADetectorAloneWouldTell() throws Exception {
        StreamDefinition stream = Streams.stream(Duration.ofSeconds(1), Duration.ofSeconds(10));
        rig.send(
                TOPICS.control(),
                new StreamDefinitionCodec.Key(stream.tenant(), stream.id()).toString(),
                StreamDefinitionCodec.toBytes(stream),
                "");
        sendWindows(0, WINDOWS / 2); // before the job's first start
        rig.submit();
        await().atMost(60, TimeUnit.SECONDS).until(() -> rig.bands().size() > WINDOWS);
        rig.replaceTaskManager();
        sendWindows(WINDOWS / 2 - 10, WINDOWS); // the aggregation job repeats some, too

        await().atMost(120, TimeUnit.SECONDS)
                .until(() -> rig.bands().size() == HOSTS.size() * WINDOWS);
        assertThat(rig.anomalies()).containsExactlyEntriesOf(expected()).isNotEmpty();
    }

    @Test
    void modelsAreSwappedWhileWindowsComeAndEachIsScoredOnce() throws Exception {
        rig.publish(Agreeing.defined(Agreeing.MEASURES));
        rig.submit();
        int number = sendUntil(0, 0);
        rig.publish(Agreeing.published(1, Agreeing.model(1).toBytes()));
        number = sendUntil(number, 1);
        rig.publish(Agreeing.published(2, Agreeing.model(2).toBytes()));
        number = sendUntil(number, 2);
        rig.publish(Agreeing.published(3, new byte[] {1, 2, 3}));
        number = sendUntil(number, 0);
        rig.publish(Agreeing.published(4, Agreeing.model(4).toBytes()));
        number = sendUntil(number, 4);

        int windows = number;
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> rig.bands().size() == HOSTS.size() * windows);
        assertThat(rig.read(TOPICS.bands())).hasSize(HOSTS.size() * windows);
        for (String host : HOSTS) {
            List<Long> versions =
                    rig.bands().values().stream()
                            .filter(it -> it.series().equals(series(host)))
                            .sorted(Comparator.comparing(Band::start))
                            .map(AnomalyJobKafkaIT::version)
                            .toList();
            List<Long> changes = new ArrayList<>();
            versions.forEach(
                    it -> {
                        if (changes.isEmpty() || !changes.getLast().equals(it)) {
                            changes.add(it);
                        }
                    });
            assertThat(changes).containsExactly(0L, 1L, 2L, 0L, 4L);
        }
        List<String> statuses =
                rig.read(TOPICS.detectionStatus()).stream()
                        .map(it -> new String(it.value(), UTF_8))
                        .toList();
        assertThat(statuses)
                .anyMatch(
                        it -> it.contains("\"state\":\"refused\"") && it.contains("\"version\":3"))
                .anyMatch(
                        it -> it.contains("\"state\":\"active\"") && it.contains("\"version\":4"));
    }

    /** Sends windows until each series' last one was judged by a version; 0 is no model. */
    private int sendUntil(int from, long version) {
        AtomicInteger number = new AtomicInteger(from);
        await().atMost(60, TimeUnit.SECONDS)
                .until(
                        () -> {
                            int next = number.getAndIncrement();
                            for (String host : HOSTS) {
                                sendAgreeing(host, next);
                            }
                            rig.flush();
                            Map<SeriesKey, Band> last = new HashMap<>();
                            rig.bands()
                                    .values()
                                    .forEach(
                                            it ->
                                                    last.merge(
                                                            it.series(),
                                                            it,
                                                            AnomalyJobKafkaIT::later));
                            return last.size() == HOSTS.size()
                                    && last.values().stream()
                                            .allMatch(it -> version(it) == version);
                        });
        return number.get();
    }

    private static Band later(Band one, Band other) {
        return one.start().isAfter(other.start()) ? one : other;
    }

    private static long version(Band band) {
        return band.combination().map(Band.Combination::model).orElse(0L);
    }

    private void sendAgreeing(String host, int number) {
        TreeMap<String, MeasureStatistics> measures = new TreeMap<>();
        Agreeing.usual(number).forEach((name, it) -> measures.put(name, MeasureStatistics.of(it)));
        Duration window = Duration.ofMillis(DetectionHarness.WINDOW);
        rig.send(
                new Aggregate(
                        series(host),
                        Instant.ofEpochMilli(
                                DetectionHarness.ORIGIN + number * DetectionHarness.WINDOW),
                        window,
                        Timing.ON_TIME,
                        0,
                        1,
                        measures));
    }

    /** What one detector for each series says, one window after the other. */
    private Map<String, Anomaly> expected() {
        Map<String, Anomaly> expected = new TreeMap<>();
        for (String host : HOSTS) {
            StoredDetector detector = StoredDetector.create(1_000);
            SeriesDetector scoring = detector.detector();
            for (int number = 0; number < WINDOWS; number++) {
                SeriesPoint point =
                        new SeriesPoint(
                                series(host).toString(),
                                start.plusSeconds(number).toEpochMilli(),
                                1_000,
                                0,
                                1,
                                new String[] {"m"},
                                new double[] {value(host, number)});
                Verdict verdict = scoring.observe(point.start(), point.values()[0]);
                if (verdict.score() >= DetectionSettings.DEFAULT_THRESHOLD
                        && (verdict.peak()
                                || detector.wasSilentFor(
                                        AnomalyDetection.REMINDER_MILLIS, point.start()))) {
                    detector.told(point.start());
                    Anomaly anomaly = Verdicts.anomaly(verdict, series(host), "m", point, 0);
                    expected.put(anomaly.id().toString(), anomaly);
                }
            }
        }
        return expected;
    }

    private static double value(String host, int number) {
        if (number == WINDOWS * 2 / 3 && !host.equals("a")) {
            return 500 * host.charAt(0);
        }
        return DetectionHarness.usual(number * 31L + host.charAt(0));
    }

    private static SeriesKey series(String host) {
        return new SeriesKey(
                DetectionHarness.SERIES.tenant(),
                DetectionHarness.SERIES.stream(),
                "{\"host\":\"" + host + "\"}");
    }

    private void sendWindows(int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            for (String host : HOSTS) {
                for (Timing timing : Timing.values()) {
                    double value = value(host, number) + (timing == Timing.ON_TIME ? 0 : 1_000);
                    int revision = timing == Timing.LATE ? 1 : 0;
                    sendResult(host, number, Duration.ofSeconds(1), timing, revision, value);
                }
                sendResult(host, number, Duration.ofSeconds(10), Timing.ON_TIME, 0, 7);
            }
        }
        rig.send(TOPICS.aggregates(), series("a").toString(), "{".getBytes(UTF_8), "on-time");
        rig.flush();
    }

    private void sendResult(
            String host, int number, Duration window, Timing timing, int revision, double value) {
        Aggregate result =
                new Aggregate(
                        series(host),
                        start.plusSeconds(number),
                        window,
                        timing,
                        revision,
                        1,
                        new TreeMap<>(Map.of("m", MeasureStatistics.of(value))));
        rig.send(result);
    }
}
