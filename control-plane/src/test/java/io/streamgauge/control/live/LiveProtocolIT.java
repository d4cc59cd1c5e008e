package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.testing.Backends;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections begin, what is refused, and how they end. */
class LiveProtocolIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static LiveFixture live;

    @BeforeAll
    static void start() {
        live = new LiveFixture(BACKENDS, LiveFixture.OPTIONS);
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void takesTheTokenOfTheUpgrade() {
        try (TestingClient client = upgrade("Authorization", "Bearer " + token())) {
            client.send("{\"type\":\"connection_init\"}");

            assertThat(client.next().path("type").asText()).isEqualTo("connection_ack");
        }
    }

    @Test
    void takesTheTokenOfTheFirstMessage() {
        try (TestingClient client = live.connect()) {
            assertThat(client.socket().getSubprotocol()).isEqualTo("streamgauge.v1+json");
        }
    }

    @Test
    void needsNoSubprotocol() {
        try (TestingClient client = TestingClient.upgrade(live.http, live.port(), builder -> {})) {
            client.init(token());

            assertThat(client.next().path("type").asText()).isEqualTo("connection_ack");
            assertThat(client.socket().getSubprotocol()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer forged, 401",
        "Authorization, Basic abc, 401",
        "Origin, https://evil.example, 403",
        "Origin, null, 403",
    })
    void refusesUpgrades(String header, String value, int status) {
        assertThatThrownBy(() -> upgrade(header, value)).satisfies(it -> assertStatus(it, status));
    }

    @Test
    void refusesOtherSubprotocols() {
        assertThatThrownBy(
                        () ->
                                TestingClient.upgrade(
                                        live.http,
                                        live.port(),
                                        builder -> builder.subprotocols("graphql-transport-ws")))
                .satisfies(it -> assertStatus(it, 400));
    }

    @Test
    void choosesItsSubprotocolAmongOthers() {
        try (TestingClient client =
                TestingClient.upgrade(
                        live.http,
                        live.port(),
                        builder -> builder.subprotocols("other", "streamgauge.v1+json"))) {
            assertThat(client.socket().getSubprotocol()).isEqualTo("streamgauge.v1+json");
        }
    }

    @Test
    void takesPagesOfItsOwnHost() {
        try (TestingClient client = upgrade("Origin", "http://127.0.0.1:" + live.port())) {
            client.init(token());

            assertThat(client.next().path("type").asText()).isEqualTo("connection_ack");
        }
    }

    @Test
    void closes4408WithoutInit() {
        try (TestingClient client = upgrade()) {
            assertThat(client.awaitClose()).startsWith("4408");
        }
    }

    @Test
    void closes4429AtASecondInit() {
        try (TestingClient client = live.connect()) {
            client.send("{\"type\":\"connection_init\"}");

            assertThat(client.awaitClose()).startsWith("4429");
        }
    }

    @Test
    void closes4401WithoutATrustedToken() {
        try (TestingClient forged = upgrade();
                TestingClient missing = upgrade()) {
            forged.init("forged");
            missing.send("{\"type\":\"connection_init\"}");

            assertThat(forged.awaitClose()).startsWith("4401 token: unknown");
            assertThat(missing.awaitClose()).startsWith("4401 token: missing");
        }
    }

    @Test
    void closes4401AtASubscriptionBeforeInit() {
        try (TestingClient client = upgrade()) {
            client.send("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{}}");

            assertThat(client.awaitClose()).startsWith("4401");
        }
    }

    @Test
    void closes4401WhenTheTokenExpires() {
        String shortLived =
                live.authenticator.token(
                        live.tenant, EnumSet.allOf(Scope.class), Duration.ofSeconds(1));
        try (TestingClient client = TestingClient.connect(live.http, live.port(), shortLived)) {
            assertThat(client.awaitClose()).isEqualTo("4401 the credential has expired");
        }
    }

    @Test
    void closes4403WhereTheTenantIsNotActive() {
        TenantId unknown = new TenantId("nobody");
        try (TestingClient client = upgrade()) {
            client.init(live.authenticator.token(unknown));

            assertThat(client.awaitClose()).startsWith("4403");
        }
        assertThatThrownBy(
                        () ->
                                upgrade(
                                        "Authorization",
                                        "Bearer " + live.authenticator.token(unknown)))
                .satisfies(it -> assertStatus(it, 403));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"type\":\"start\"}",
                "{\"type\":\"subscribe\",\"payload\":{}}",
                "{\"type\":\"subscribe\",\"id\":7,\"payload\":{}}",
                "{\"type\":\"complete\"}",
                "{\"type\":\"ping\"} {}",
                "{\"type\":\"ping\",\"type\":\"pong\"}",
            })
    void closes4400AtWhatIsNoMessage(String text) {
        try (TestingClient client = live.connect()) {
            client.send(text);

            assertThat(client.awaitClose()).startsWith("4400 ");
        }
    }

    @Test
    void closes4409AtAnIdInUse() {
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"stream\":\"metrics\"}");
            client.send(
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"metrics\"}}");

            assertThat(client.awaitClose()).startsWith("4409");
        }
    }

    @Test
    void closes1003AtBinaryMessages() {
        try (TestingClient client = live.connect()) {
            client.socket().sendBinary(ByteBuffer.wrap(new byte[] {1}), true).join();

            assertThat(client.awaitClose()).startsWith("1003");
        }
    }

    @Test
    void closes1009AtMessagesThatAreTooLong() throws Exception {
        String part = " ".repeat(40_000);
        try (TestingClient inOneFrame = live.connect();
                TestingClient inSeveral = live.connect()) {
            inSeveral.socket().sendText(part, false).join();
            inSeveral.socket().sendText(part, false).join();
            assertThat(inSeveral.awaitClose()).startsWith("1009");

            inOneFrame.socket().sendText(part + part, true).join();
            assertThat(inOneFrame.awaitClose()).startsWith("1009");
        }
    }

    @Test
    void putsFragmentsTogether() {
        try (TestingClient client = live.connect()) {
            client.socket().sendText("{\"type\":\"pi", false).join();
            client.socket().sendText("", false).join();
            client.socket().sendText("ng\",\"payload\":", false).join();
            client.socket().sendText("{\"x\":\"ä\"}}", true).join();

            assertThat(client.next()).hasToString("{\"type\":\"pong\",\"payload\":{\"x\":\"ä\"}}");
        }
    }

    @Test
    void closes1007WhereAFragmentEndsWithinACharacter() throws Exception {
        byte[] message = "{\"type\":\"ping\",\"payload\":\"ä\"}".getBytes(UTF_8);
        int within = new String(message, UTF_8).indexOf('ä') + 1;
        try (RawClient client = live.connectRaw()) {
            client.send(RawClient.TEXT, false, Arrays.copyOf(message, within));
            client.send(
                    RawClient.CONTINUATION,
                    true,
                    Arrays.copyOfRange(message, within, message.length));

            assertThat(client.readClose()).isEqualTo(1007);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x3, 0x7, 0xB, 0xF})
    void closes1002WhereAnOpcodeMeansNothing(int opcode) throws Exception {
        try (RawClient client = live.connectRaw()) {
            client.send(opcode, true, "{}".getBytes(UTF_8));

            assertThat(client.readClose()).isEqualTo(1002);
        }
        await().until(() -> live.hub.connections() == 0);
    }

    @Test
    void answersPingsOfBothKinds() throws Exception {
        try (RawClient client = live.connectRaw()) {
            client.send(RawClient.PING, true, "hello".getBytes(UTF_8));
            RawClient.Frame frame = client.read();
            while (frame.opcode() != RawClient.PONG) {
                frame = client.read();
            }
            assertThat(frame.text()).isEqualTo("hello");

            client.send("{\"type\":\"ping\"}");
            while (!frame.text().equals("{\"type\":\"pong\"}")) {
                frame = client.read();
            }
        }
    }

    @Test
    void asksWhetherTheClientIsThereAndCloses3012WhereItIsNot() throws Exception {
        try (TestingClient answering = live.connect();
                RawClient silent = live.connectRaw()) {
            boolean pinged = false;
            boolean asked = false;
            RawClient.Frame frame = silent.read();
            while (frame.opcode() != RawClient.CLOSE) {
                pinged |= frame.opcode() == RawClient.PING;
                asked |= frame.text().equals("{\"type\":\"ping\"}");
                frame = silent.read();
            }

            assertThat(frame.closeCode()).isEqualTo(3012);
            assertThat(pinged).isTrue();
            assertThat(asked).isTrue();
            // It does not answer the close either.
            assertThat(silent.isCutOff()).isTrue();
            // The other's library has answered all the time.
            answering.send("{\"type\":\"ping\"}");
            assertThat(answering.next().path("type").asText()).isEqualTo("pong");
        }
    }

    @Test
    void answersAClientsClose() throws Exception {
        try (RawClient client = live.connectRaw()) {
            client.send(RawClient.CLOSE, true, new byte[] {3, (byte) 0xE8});

            assertThat(client.readClose()).isEqualTo(1000);
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void forgetsAClientThatVanishes() throws IOException {
        try (RawClient client = live.connectRaw()) {
            client.send(
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"metrics\"}}");
            await().until(() -> live.hub.subscriptions() > 0);
        }

        await().until(() -> live.hub.subscriptions() == 0 && live.hub.connections() == 0);
    }

    @Test
    void refusesSubscriptionsToStreamsThatAreNotThere() {
        StreamDefinition foreign =
                BACKENDS.newStream(
                        BACKENDS.newTenant(),
                        """
                        {"name":"foreign","fields":[
                          {"name":"v","type":"number","role":"measure"}]}
                        """);
        try (TestingClient client = live.connect()) {
            for (String stream : Set.of("nothing", "foreign", foreign.id().toString(), "N o")) {
                JsonNode error = errorOf(client, "{\"stream\":\"%s\"}".formatted(stream));

                assertThat(error.path("status").asInt()).isEqualTo(404);
                assertThat(error.path("code").asText()).isEqualTo("not-found");
            }
            // The connection goes on, and the id is free.
            client.subscribe("x", "{\"stream\":\"metrics\"}");
        }
    }

    @Test
    void refusesSubscriptionsWithoutTheScope() {
        String token =
                live.authenticator.token(
                        live.tenant, EnumSet.of(Scope.EVENTS_WRITE), Duration.ofMinutes(1));
        try (TestingClient client = TestingClient.connect(live.http, live.port(), token)) {
            JsonNode error = errorOf(client, "{\"stream\":\"metrics\"}");

            assertThat(error.path("status").asInt()).isEqualTo(403);
            assertThat(error.path("code").asText()).isEqualTo("insufficient-scope");
        }
    }

    @Test
    void namesEverythingThatIsWrongWithASubscription() {
        try (TestingClient client = live.connect()) {
            JsonNode error =
                    errorOf(
                            client,
                            """
                            {"stream":"metrics","kinds":["others"],"after":"0:1",
                             "where":{"hots":"a","host":1},"windows":["5s","1s"],"timings":[]}
                            """);

            assertThat(error.path("status").asInt()).isEqualTo(400);
            assertThat(error.path("errors"))
                    .extracting(it -> it.path("pointer").asText())
                    .containsExactlyInAnyOrder(
                            "#/kinds/0",
                            "#/after",
                            "#/where/hots",
                            "#/where/host",
                            "#/windows/0",
                            "#/timings");
            assertThat(error.toString()).contains("expected: 1s, 10s");
            assertThat(errorOf(client, "{}").at("/errors/0/pointer").asText())
                    .isEqualTo("#/stream");
            assertThat(errorOf(client, "7").path("status").asInt()).isEqualTo(400);
        }
    }

    @Test
    void allowsAHundredSubscriptionsAConnection() {
        try (TestingClient client = live.connect()) {
            for (int i = 0; i < 100; i++) {
                client.subscribe("s" + i, "{\"stream\":\"metrics\"}");
            }

            JsonNode error = errorOf(client, "{\"stream\":\"metrics\"}");
            assertThat(error.path("code").asText()).isEqualTo("limit-reached");

            client.send("{\"type\":\"complete\",\"id\":\"s7\"}");
            client.subscribe("another", "{\"stream\":\"metrics\"}");
        }
    }

    @Test
    void tellsClientsThatTheServerRestarts() {
        try (LiveFixture other = new LiveFixture(BACKENDS, LiveFixture.OPTIONS);
                TestingClient client = other.connect()) {
            other.hub.close();

            assertThat(client.awaitClose()).isEqualTo("1012 the server restarts");
            assertThatThrownBy(other::connect).satisfies(it -> assertStatus(it, 503));
        }
    }

    private static JsonNode errorOf(TestingClient client, String payload) {
        client.send("{\"type\":\"subscribe\",\"id\":\"x\",\"payload\":%s}".formatted(payload));
        JsonNode message = client.next();
        assertThat(message.path("type").asText()).isEqualTo("error");
        assertThat(message.path("id").asText()).isEqualTo("x");
        return message.path("payload");
    }

    private static void assertStatus(Throwable failure, int status) {
        assertThat(failure).isInstanceOf(CompletionException.class);
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        it -> assertThat(it.getResponse().statusCode()).isEqualTo(status));
    }

    private static String token() {
        return live.authenticator.token(live.tenant);
    }

    private static TestingClient upgrade() {
        return TestingClient.upgrade(
                live.http,
                live.port(),
                builder -> builder.subprotocols(LiveListenerFactory.SUBPROTOCOL));
    }

    private static TestingClient upgrade(String header, String value) {
        return TestingClient.upgrade(
                live.http,
                live.port(),
                builder ->
                        builder.subprotocols(LiveListenerFactory.SUBPROTOCOL)
                                .header(header, value));
    }
}
