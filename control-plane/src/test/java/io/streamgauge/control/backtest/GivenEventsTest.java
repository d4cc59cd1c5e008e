package io.streamgauge.control.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GivenEventsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void arriveAtTheirTimesButNotBeforeTheOneBefore() throws Exception {
        EventScan scan =
                read(
                        """
                        [{"at":"2026-01-01T00:00:10Z","v":1}, {"at":"2026-01-01T00:00:05Z","v":2},
                         {"at":"2026-01-01T00:00:20Z","v":4}]\
                        """,
                        Optional.empty(),
                        Optional.empty());

        assertThat(arrivals(scan))
                .containsExactly(
                        "2026-01-01T00:00:10Z", "2026-01-01T00:00:10Z", "2026-01-01T00:00:20Z");
        assertThat(scan.from()).isEqualTo(Instant.parse("2026-01-01T00:00:10Z").toEpochMilli());
        assertThat(scan.to())
                .isEqualTo(
                        Instant.parse("2026-01-01T00:00:20Z")
                                .plus(GivenEvents.AFTERMATH)
                                .toEpochMilli());
    }

    @Test
    void arriveFromTheBeginOnWhereTheySayNothing() throws Exception {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        EventScan scan =
                readTimeless(
                        "[{\"v\":1},{\"v\":2}]",
                        Optional.of(from),
                        Optional.of(from.plus(Duration.ofMinutes(5))));

        assertThat(arrivals(scan)).containsExactly("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z");
        assertThat(scan.to()).isEqualTo(from.plusSeconds(300).toEpochMilli());
        assertThat(arrivals(readTimeless("[{\"v\":1}]", Optional.empty(), Optional.empty())))
                .containsExactly(NOW.toString());
    }

    @Test
    void tellWhichIsNoneOfTheStreams() {
        assertThatThrownBy(
                        () ->
                                readTimeless(
                                        "[{\"v\":1},{\"v\":\"x\"},7,{\"w\":1}]",
                                        Optional.empty(),
                                        Optional.empty()))
                .isInstanceOfSatisfying(
                        InvalidRequest.class,
                        e ->
                                assertThat(e.violations())
                                        .extracting("pointer")
                                        .contains("#/events/1/v", "#/events/3/w")
                                        .anyMatch(it -> it.toString().startsWith("#/events/2")));
    }

    @Test
    void endAfterTheLastOfThem() {
        assertThatThrownBy(
                        () ->
                                readTimeless(
                                        "[{\"v\":1}]",
                                        Optional.of(NOW),
                                        Optional.of(NOW.minusSeconds(1))))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("#/to");
    }

    private static List<String> arrivals(EventScan scan) {
        return scan.events().stream()
                .map(BacktestEvent::arrival)
                .map(it -> Instant.ofEpochMilli(it).toString())
                .toList();
    }

    private static EventScan read(String events, Optional<Instant> from, Optional<Instant> to)
            throws Exception {
        return read(
                """
                {"name":"metrics","fields":[
                  {"name":"at","type":"timestamp","role":"timestamp"},
                  {"name":"v","type":"number","role":"measure"}]}
                """,
                events,
                from,
                to);
    }

    private static EventScan readTimeless(
            String events, Optional<Instant> from, Optional<Instant> to) throws Exception {
        return read(
                """
                {"name":"metrics","fields":[{"name":"v","type":"number","role":"measure"}]}
                """,
                events,
                from,
                to);
    }

    private static EventScan read(
            String spec, String events, Optional<Instant> from, Optional<Instant> to)
            throws Exception {
        StreamDefinition stream =
                new StreamDefinition(
                        new TenantId("acme"),
                        new StreamId(UUID.randomUUID()),
                        StreamSpecReader.read(Json.mapper().readTree(spec)),
                        1,
                        NOW,
                        NOW);
        List<JsonNode> nodes = new ArrayList<>();
        Json.mapper().readTree(events).forEach(nodes::add);
        return GivenEvents.read(nodes, stream, from, to, NOW);
    }
}
