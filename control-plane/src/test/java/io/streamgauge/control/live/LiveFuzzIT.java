package io.streamgauge.control.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.live.wire.CloseCode;
import io.streamgauge.control.testing.Backends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever a client sends, it is answered or closed with a documented code, and no other client
 * notices. The seeds are fixed; a failure names its own.
 */
class LiveFuzzIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final int ROUNDS = 300;

    /**
     * Fewer: where a frame is longer than it is, the server waits for the rest, and then for a
     * pong.
     */
    private static final int FRAME_ROUNDS = 60;

    /** An error of the server is documented, but nothing that a client may cause. */
    private static final Set<Integer> EXPECTED =
            Arrays.stream(CloseCode.values())
                    .filter(code -> code != CloseCode.INTERNAL)
                    .map(CloseCode::code)
                    .collect(Collectors.toSet());

    private static final List<String> GOOD =
            List.of(
                    "{\"type\":\"connection_init\",\"payload\":{\"token\":\"x\",\"tenant\":\"t\"}}",
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"metrics\","
                            + "\"kinds\":[\"aggregates\",\"alerts\",\"definitions\"],"
                            + "\"where\":{\"host\":\"a\"},\"windows\":[\"1s\"],"
                            + "\"timings\":[\"late\"],\"states\":[\"firing\"],"
                            + "\"severities\":[\"info\"],\"snapshot\":false}}",
                    "{\"type\":\"subscribe\",\"id\":\"2\",\"payload\":{\"stream\":\"metrics\","
                            + "\"after\":\"1ZRRvXbf90V5oUPLJ5L6gNAAClwgM\"}}",
                    "{\"type\":\"complete\",\"id\":\"1\"}",
                    "{\"type\":\"ping\",\"payload\":{\"a\":[1,null,true]}}",
                    "{\"type\":\"pong\"}");

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
    void answersOrClosesWithADocumentedCodeWhateverIsSaid() throws Exception {
        try (TestingClient bystander = live.connect()) {
            for (int seed = 0; seed < ROUNDS; seed++) {
                say(new Random(seed), seed);
            }

            bystander.send("{\"type\":\"ping\"}");
            assertThat(bystander.next().path("type").asText()).isEqualTo("pong");
        }
    }

    @Test
    void answersOrClosesWithADocumentedCodeWhateverTheFramesAreLike() throws Exception {
        try (TestingClient bystander = live.connect()) {
            for (int seed = 0; seed < FRAME_ROUNDS; seed++) {
                Random random = new Random(seed);
                try (RawClient client = live.connectRaw()) {
                    sendUntilCut(client, random);
                    int code = codeOrPong(client);
                    assertThat(code == 0 || EXPECTED.contains(code))
                            .as("seed %d: closed with %d", seed, code)
                            .isTrue();
                }
            }

            bystander.send("{\"type\":\"ping\"}");
            assertThat(bystander.next().path("type").asText()).isEqualTo("pong");
        }
        await().until(() -> live.hub.connections() == 0);
    }

    private static void sendUntilCut(RawClient client, Random random) {
        try {
            for (int i = random.nextInt(4); i >= 0; i--) {
                client.sendBytes(frame(random));
            }
        } catch (IOException closed) {
            // Its close may be there to be read all the same.
        }
    }

    /** A frame, or what looks like one: any opcode and flags, masked or not, of any length. */
    private static byte[] frame(Random random) {
        int length = random.nextInt(100);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(random.nextInt(3) == 0 ? random.nextInt(256) : 0x80 | random.nextInt(16));
        int mask = random.nextInt(8) == 0 ? 0 : 0x80;
        switch (random.nextInt(6)) {
            case 0 -> { // longer than it is
                frame.write(mask | 126);
                frame.writeBytes(new byte[] {(byte) random.nextInt(256), 1});
            }
            case 1 -> { // of eight bytes, the first of which may make it negative
                frame.write(mask | 127);
                byte[] eight = new byte[8];
                random.nextBytes(eight);
                frame.writeBytes(eight);
            }
            default -> frame.write(mask | length);
        }
        byte[] rest = new byte[(mask == 0 ? 0 : 4) + length];
        random.nextBytes(rest);
        frame.writeBytes(rest);
        return frame.toByteArray();
    }

    private static void say(Random random, int seed) throws IOException {
        try (RawClient client = live.connectRaw()) {
            for (int i = random.nextInt(6); i >= 0; i--) {
                client.send(mutated(GOOD.get(random.nextInt(GOOD.size())), random));
            }
            int code = codeOrPong(client);
            assertThat(code == 0 || EXPECTED.contains(code))
                    .as("seed %d: closed with %d", seed, code)
                    .isTrue();
        }
    }

    /** Asks whether the server is there; 0 where it is, and the code of its close where not. */
    private static int codeOrPong(RawClient client) throws IOException {
        try {
            client.send("{\"type\":\"ping\",\"payload\":\"the last\"}");
        } catch (IOException closed) {
            // Its close may be there to be read all the same.
        }
        while (true) {
            RawClient.Frame frame;
            try {
                frame = client.read();
            } catch (SocketTimeoutException silent) {
                throw silent; // neither answered nor closed
            } catch (IOException cutOff) {
                return CloseCode.PROTOCOL_ERROR.code(); // RFC 6455 lets the connection just fail
            }
            if (frame.opcode() == RawClient.CLOSE) {
                return frame.closeCode();
            }
            if (frame.opcode() == RawClient.TEXT) {
                JsonNode message = Json.mapper().readTree(frame.text());
                if (message.path("payload").asText().equals("the last")) {
                    return 0;
                }
            }
        }
    }

    private static String mutated(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(4); i > 0 && !changed.isEmpty(); i--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(6)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 ->
                        changed.insert(
                                at,
                                "{[\"1:,]}\\\u0000\u00e4\ud83d\ude00".charAt(random.nextInt(12)));
                case 2 -> changed.setLength(at);
                case 3 -> changed.insert(at, changed.substring(0, at));
                case 4 -> changed.insert(at, "[".repeat(random.nextInt(3_000)));
                default -> {
                    int colon = changed.indexOf(":", at);
                    if (colon > 0) {
                        changed.insert(
                                colon + 1,
                                List.of("null,", "7", "\"\"", "{}").get(random.nextInt(4)));
                    }
                }
            }
        }
        return changed.toString();
    }
}
