package io.streamgauge.local.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real HTTP server that answers what a test tells it to. */
class EventSenderTest {

    private static final String DECLARE = "POST /api/v1/streams";
    private static final String EVENTS = "POST /api/v1/streams/system-metrics/events";
    private static final String READ = "GET /api/v1/streams/system-metrics";
    private static final String CHANGE = "PUT /api/v1/streams/system-metrics";
    private static final String ALL_TAKEN = "{\"accepted\":1,\"rejected\":0,\"errors\":[]}";

    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger declarations = new AtomicInteger();
    private ObjectNode stream = SystemMetrics.definition();
    private HttpServer server;
    private EventSender sender;

    @BeforeEach
    void start() throws IOException {
        serve(0);
        sender =
                EventSender.start(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                        () -> "token",
                        Duration.ofHours(1),
                        Clock.systemUTC(),
                        declarations::incrementAndGet);
    }

    @AfterEach
    void stop() {
        sender.close();
        server.stop(0);
    }

    @Test
    void declaresTheStreamAndThenSendsABatchAsLines() {
        answers.add(201);

        offer("{\"a\":1}", "{\"a\":2}");

        awaitRequests(DECLARE, EVENTS + " {\"a\":1}\n{\"a\":2}\n");
    }

    @Test
    void takesAStreamThatIsThereAlready() {
        answers.add(409);

        offer("{\"a\":1}");
        offer("{\"a\":2}");

        awaitRequests(DECLARE, READ, EVENTS + " {\"a\":1}\n", EVENTS + " {\"a\":2}\n");
    }

    @Test
    void completesAStreamThatAnEarlierReleaseHasMade() {
        answers.add(409);
        stream.put("description", "mine");
        ((ArrayNode) stream.get("fields")).remove(stream.get("fields").size() - 1);

        offer("{\"a\":1}");

        awaitRequests(DECLARE, READ, CHANGE, EVENTS + " {\"a\":1}\n");
        assertThat(stream.get("fields")).isEqualTo(SystemMetrics.definition().get("fields"));
        assertThat(stream.get("description").asText()).isEqualTo("mine");
    }

    @Test
    void tellsOnceThatTheStreamIsThere() {
        answers.addAll(List.of(503, 201, 404, 201));

        offer("{\"a\":1}");

        awaitRequests(DECLARE, DECLARE, EVENTS + " {\"a\":1}\n", DECLARE, EVENTS + " {\"a\":1}\n");
        assertThat(declarations).hasValue(1);
    }

    @Test
    void sendsABatchAgainUntilTheServerTakesIt() {
        answers.addAll(List.of(201, 503, 429, 200));

        offer("{\"a\":1}");
        offer("{\"a\":2}");

        awaitRequests(
                DECLARE,
                EVENTS + " {\"a\":1}\n",
                EVENTS + " {\"a\":1}\n",
                EVENTS + " {\"a\":1}\n",
                EVENTS + " {\"a\":2}\n");
    }

    @Test
    void goesOnWithTheNextBatchWhereOneIsRefused() {
        answers.addAll(List.of(201, 422));

        offer("{\"a\":1}");
        offer("{\"a\":2}");

        awaitRequests(DECLARE, EVENTS + " {\"a\":1}\n", EVENTS + " {\"a\":2}\n");
    }

    @Test
    void declaresTheStreamAgainWhereSomebodyDeletedIt() {
        answers.addAll(List.of(201, 404, 201));

        offer("{\"a\":1}");

        awaitRequests(DECLARE, EVENTS + " {\"a\":1}\n", DECLARE, EVENTS + " {\"a\":1}\n");
    }

    @Test
    void keepsTheNewestWhileTheServerIsAwayAndSendsThemInOrderAfterwards() throws IOException {
        int port = server.getAddress().getPort();
        server.stop(0);

        for (int i = 0; i < EventSender.MOST_BATCHES + 50; i++) {
            offer("{\"a\":" + i + "}");
        }
        answers.add(201);
        serve(port);

        int last = EventSender.MOST_BATCHES + 49;
        await().atMost(Duration.ofSeconds(30))
                .until(() -> requests.contains(EVENTS + " {\"a\":" + last + "}\n"));
        List<String> sent = requests.stream().filter(it -> it.startsWith(EVENTS)).toList();
        assertThat(sent.size()).isBetween(EventSender.MOST_BATCHES, EventSender.MOST_BATCHES + 1);
        assertThat(sent.subList(sent.size() - 2, sent.size()))
                .containsExactly(
                        EVENTS + " {\"a\":" + (last - 1) + "}\n",
                        EVENTS + " {\"a\":" + last + "}\n");
    }

    private void offer(String... events) {
        sender.offer(List.of(events).stream().map(event -> event.getBytes(UTF_8)).toList());
    }

    private void awaitRequests(String... expected) {
        await().atMost(Duration.ofSeconds(30)).until(() -> requests.size() >= expected.length);
        assertThat(requests).containsExactly(expected);
    }

    private void serve(int port) throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        boolean trusted =
                "Bearer token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        requests.add(request.equals(EVENTS) ? request + " " + body : request);
        Integer status = trusted ? answers.poll() : Integer.valueOf(401);
        if (request.equals(CHANGE)) {
            stream = (ObjectNode) Json.mapper().readTree(body);
        }
        byte[] answer = (request.equals(READ) ? stream.toString() : ALL_TAKEN).getBytes(UTF_8);
        exchange.sendResponseHeaders(status == null ? 200 : status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
