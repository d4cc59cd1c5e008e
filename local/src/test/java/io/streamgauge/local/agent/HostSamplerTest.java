package io.streamgauge.local.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.StreamSpecReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the machine that runs it. */
class HostSamplerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.5Z");

    private final HostSampler sampler = new HostSampler();

    @Test
    void samplesWhatItsStreamTakes() throws Exception {
        StreamSpec spec = StreamSpecReader.read(SystemMetrics.definition());
        EventDecoder decoder = new EventDecoder(spec);

        for (byte[] event : sampler.sample(NOW)) {
            Event decoded = decoder.decode(event);
            assertThat(decoded.timestamp()).isEqualTo(NOW.toEpochMilli());
        }
    }

    @Test
    void tellsOfTheMachineAndEachOfItsProcessors() throws Exception {
        sampler.sample(NOW);

        // The share of time needs some time to have passed.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            List<JsonNode> events = parse(sampler.sample(NOW));
                            assertThat(events)
                                    .filteredOn(event -> is(event, "machine"))
                                    .singleElement()
                                    .satisfies(
                                            machine -> {
                                                percent(machine, "cpu_percent");
                                                percent(machine, "memory_used_percent");
                                                assertThat(
                                                                machine.path("memory_used_bytes")
                                                                        .asLong())
                                                        .isPositive();
                                                assertThat(machine.path("device").asText())
                                                        .isEqualTo("all");
                                            });
                            assertThat(events)
                                    .filteredOn(event -> is(event, "cpu"))
                                    .isNotEmpty()
                                    .allSatisfy(cpu -> percent(cpu, "cpu_percent"));
                        });
    }

    @Test
    void namesEachDeviceOnce() throws Exception {
        List<String> names =
                parse(sampler.sample(NOW)).stream()
                        .map(event -> event.path("kind").asText() + "/" + event.path("device"))
                        .toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    private static boolean is(JsonNode event, String kind) {
        return event.path("kind").asText().equals(kind);
    }

    private static void percent(JsonNode event, String measure) {
        assertThat(event.path(measure).isNumber()).as(measure).isTrue();
        assertThat(event.path(measure).asDouble()).as(measure).isBetween(0.0, 100.0);
    }

    private static List<JsonNode> parse(List<byte[]> events) throws Exception {
        List<JsonNode> parsed = new ArrayList<>();
        for (byte[] event : events) {
            parsed.add(Json.mapper().readTree(event));
        }
        return parsed;
    }
}
