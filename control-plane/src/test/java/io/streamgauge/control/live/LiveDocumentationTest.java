package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.ServerEvent;
import io.streamgauge.control.live.feed.Stand;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.LiveAggregate;
import io.streamgauge.control.live.result.LiveAlert;
import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.live.wire.ClientMessage;
import io.streamgauge.control.live.wire.CloseCode;
import io.streamgauge.control.live.wire.ServerFrames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Keeps the protocol and its two descriptions equal. */
class LiveDocumentationTest {

    private static final Pattern CODE_ROW = Pattern.compile("(?m)^\\| (\\d{4}) \\|");

    @Test
    void listsEveryCloseCode() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "live-protocol.md"), UTF_8);

        Set<String> documented =
                CODE_ROW.matcher(page)
                        .results()
                        .map(MatchResult::group)
                        .map(row -> row.replaceAll("\\D", ""))
                        .collect(toCollection(TreeSet::new));

        assertThat(documented)
                .isEqualTo(
                        Arrays.stream(CloseCode.values())
                                .map(code -> Integer.toString(code.code()))
                                .collect(toCollection(TreeSet::new)));
    }

    @Test
    void hasExamplesThatTheServerUnderstands() throws Exception {
        JsonNode description = asyncApi();
        JsonNode received = description.at("/operations/receiveFromClient/messages");
        assertThat(received).hasSize(5);
        for (JsonNode reference : received) {
            String name = lastPart(description, reference.path("$ref").asText());
            JsonNode example =
                    description.at("/components/messages/" + name + "/examples/0/payload");
            ClientMessage message = ClientMessage.read(example.toString());

            assertThat(message.getClass().getSimpleName()).isEqualTo(name);
        }
    }

    @Test
    void hasExamplesOfWhatTheServerSends() throws IOException {
        JsonNode messages = asyncApi().at("/components/messages");
        JsonNode next = messages.at("/Next/examples/0/payload");
        LiveResult result =
                new LiveAggregate(Map.of(), "", "", "", next.at("/payload/aggregate").toString());
        assertThat(frameOf(result)).isEqualTo(next);
        JsonNode nextAlert = messages.at("/Next/examples/1/payload");
        LiveResult alert =
                new LiveAlert(Map.of(), "", "", false, nextAlert.at("/payload/alert").toString());
        assertThat(frameOf(alert)).isEqualTo(nextAlert);
        assertThat(Json.mapper().readTree(ServerFrames.CONNECTION_ACK))
                .isEqualTo(messages.at("/ConnectionAck/examples/0/payload"));
        assertThat(Json.mapper().readTree(ServerFrames.event(new ServerEvent.Complete("1"))))
                .isEqualTo(messages.at("/Complete/examples/0/payload"));
        JsonNode synced = messages.at("/Synced/examples/0/payload");
        String position = synced.path("position").asText();
        assertThat(eventOf(new ServerEvent.Synced("1", position, true))).isEqualTo(synced);
        assertThat(
                        eventOf(
                                new ServerEvent.Gap(
                                        "1",
                                        ServerEvent.GapReason.EXPIRED,
                                        Instant.parse("2026-11-23T10:00:00Z"),
                                        Instant.parse("2026-11-23T11:00:00Z"),
                                        position)))
                .isEqualTo(messages.at("/Gap/examples/0/payload"));
        assertThat(eventOf(new ServerEvent.Place("1", position)))
                .isEqualTo(messages.at("/PositionMoved/examples/0/payload"));
        assertThat(Json.mapper().readTree(ServerFrames.PING))
                .isEqualTo(messages.at("/Ping/examples/0/payload"));
    }

    private static JsonNode eventOf(ServerEvent event) throws IOException {
        return Json.mapper().readTree(ServerFrames.event(event));
    }

    /** The frame of a result, with the position of the examples. */
    private static JsonNode frameOf(LiveResult result) throws IOException {
        StreamKey stream = new StreamKey(new TenantId("demo"), new StreamId(new UUID(0, 1)));
        ResultFilter filter =
                new ResultFilter(
                        Optional.of(new AggregateFilter(Map.of(), Set.of(), Set.of())),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty());
        Stand stand =
                new Stand(
                        Offsets.NONE.with(0, 0, 1_047).with(0, 1, 12),
                        Instant.parse("2026-11-23T10:00:01.010Z"));
        Delivery delivery = new Delivery(subscription(stream, filter), result, stand, false);
        return Json.mapper().readTree(ServerFrames.next(delivery, 0));
    }

    /** No connection: nothing here asks for it. */
    @SuppressWarnings("NullAway")
    private static Subscription subscription(StreamKey stream, ResultFilter filter) {
        return new Subscription(null, "1", stream.tenant(), Optional.of(stream), filter);
    }

    /** Follows a reference to a channel's message to that message's own name. */
    private static String lastPart(JsonNode description, String reference) {
        String target = description.at(reference.substring(1)).path("$ref").asText();
        return target.substring(target.lastIndexOf('/') + 1);
    }

    private static JsonNode asyncApi() throws IOException {
        try (InputStream in = LiveHub.class.getResourceAsStream("/asyncapi.yaml")) {
            Object yaml =
                    new Yaml(new SafeConstructor(new LoaderOptions()))
                            .load(Objects.requireNonNull(in, "asyncapi.yaml"));
            return Json.mapper().valueToTree(yaml);
        }
    }
}
