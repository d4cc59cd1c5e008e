package io.streamgauge.local.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches of events in order, each until the server has taken or refused it. One thread; a
 * bounded queue, of which the oldest goes first; one line in the log when an outage begins and one
 * when it ends.
 */
final class EventSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);

    /** Five minutes of batches, one a second. */
    static final int MOST_BATCHES = 300;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final LinkedBlockingDeque<List<byte[]>> queue = new LinkedBlockingDeque<>(MOST_BATCHES);
    private final URI api;
    private final Supplier<String> tokens;
    private final Duration tokenTtl;
    private final Clock clock;
    private final Backoff backoff = new Backoff();
    private final Thread thread;
    private String token = "";
    private Instant tokenEnds = Instant.MIN;
    private final Runnable onDeclared;
    private boolean declared;
    private boolean told;
    private boolean away;
    private boolean refused;

    private EventSender(
            URI api, Supplier<String> tokens, Duration tokenTtl, Clock clock, Runnable onDeclared) {
        this.onDeclared = onDeclared;
        this.api = api;
        this.tokens = tokens;
        this.tokenTtl = tokenTtl;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("host-metrics-sender").unstarted(this::run);
    }

    /**
     * Starts a sender.
     *
     * @param onDeclared is called once, on the sender's thread, when the stream is there
     */
    static EventSender start(
            URI api, Supplier<String> tokens, Duration tokenTtl, Clock clock, Runnable onDeclared) {
        EventSender sender = new EventSender(api, tokens, tokenTtl, clock, onDeclared);
        sender.thread.start();
        return sender;
    }

    /** Queues a batch; never blocks. */
    void offer(List<byte[]> batch) {
        while (!queue.offerLast(batch)) {
            queue.pollFirst();
        }
    }

    /** Stops, in the middle of a request if there is one, and waits for that. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                deliver(queue.takeFirst());
            }
        } catch (InterruptedException closed) {
            LOG.debug("the agent stops sending");
        }
    }

    private void deliver(List<byte[]> batch) throws InterruptedException {
        while (true) {
            try {
                if (!declared) {
                    declared = declare();
                }
                if (declared && isDone(send(batch))) {
                    serverIsBack();
                    return;
                }
            } catch (IOException e) {
                serverIsAway(String.valueOf(e.getMessage()));
            }
            backoff.pause();
        }
    }

    /** Makes the stream where it is missing; returns whether it is there, as it should be. */
    private boolean declare() throws IOException, InterruptedException {
        boolean there = create();
        if (there && !told) {
            told = true;
            onDeclared.run();
        }
        return there;
    }

    private boolean create() throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        request("/api/v1/streams", "application/json")
                                .POST(
                                        BodyPublishers.ofString(
                                                SystemMetrics.definition().toString()))
                                .build(),
                        BodyHandlers.ofString());
        return switch (response.statusCode()) {
            case 201 -> {
                LOG.info("declared the stream {}", SystemMetrics.STREAM);
                yield true;
            }
            case 409 -> complete(); // it is there already
            default -> {
                complain(response);
                yield false;
            }
        };
    }

    /** Adds the fields that an earlier release's stream lacks; everything else stays as it is. */
    private boolean complete() throws IOException, InterruptedException {
        String path = "/api/v1/streams/" + SystemMetrics.STREAM;
        HttpResponse<String> response =
                http.send(request(path, "application/json").GET().build(), BodyHandlers.ofString());
        if (response.statusCode() == 200) {
            ObjectNode current = (ObjectNode) Json.mapper().readTree(response.body());
            ObjectNode next = SystemMetrics.definition();
            next.fieldNames().forEachRemaining(name -> next.set(name, current.get(name)));
            if (!SystemMetrics.addMeasures((ArrayNode) next.get("fields"))) {
                return true;
            }
            response =
                    http.send(
                            request(path, "application/json")
                                    .header(
                                            "If-Match",
                                            response.headers().firstValue("ETag").orElse("*"))
                                    .PUT(BodyPublishers.ofString(next.toString()))
                                    .build(),
                            BodyHandlers.ofString());
        }
        if (response.statusCode() != 200) {
            complain(response);
        }
        return response.statusCode() == 200;
    }

    private HttpResponse<String> send(List<byte[]> batch) throws IOException, InterruptedException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] event : batch) {
            lines.writeBytes(event);
            lines.write('\n');
        }
        return http.send(
                request(
                                "/api/v1/streams/" + SystemMetrics.STREAM + "/events",
                                "application/x-ndjson")
                        .POST(BodyPublishers.ofByteArray(lines.toByteArray()))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Whether nothing more is to be done about a batch. */
    private boolean isDone(HttpResponse<String> response) throws IOException {
        int status = response.statusCode();
        if (status == 200) {
            tellOfRefused(response);
            return true;
        }
        complain(response);
        if (status == 404) {
            declared = false; // somebody deleted the stream
        } else if (status == 401) {
            tokenEnds = Instant.MIN;
        }
        boolean retry = status == 401 || status == 404 || status == 429 || status >= 500;
        response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .ifPresent(seconds -> backoff.atLeast(Duration.ofSeconds(Long.parseLong(seconds))));
        return !retry;
    }

    private void tellOfRefused(HttpResponse<String> response) throws IOException {
        JsonNode answer = Json.mapper().readTree(response.body());
        if (answer.path("rejected").asLong() > 0 && !refused) {
            refused = true;
            LOG.warn(
                    "the stream {} refuses some of the host's metrics: {}",
                    SystemMetrics.STREAM,
                    answer.path("errors").path(0));
        }
    }

    private void complain(HttpResponse<String> response) {
        if (response.statusCode() >= 500 || response.statusCode() == 429) {
            serverIsAway("status " + response.statusCode());
        } else if (!refused) {
            refused = true;
            LOG.warn(
                    "the host's metrics are refused with status {}: {}",
                    response.statusCode(),
                    response.body());
        }
    }

    private HttpRequest.Builder request(String path, String contentType) {
        Instant now = clock.instant();
        if (!now.isBefore(tokenEnds)) {
            token = tokens.get();
            tokenEnds = now.plus(tokenTtl.dividedBy(2));
        }
        return HttpRequest.newBuilder(api.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", contentType);
    }

    private void serverIsAway(String why) {
        if (!away) {
            LOG.info("the host's metrics wait: {} does not answer ({})", api, why);
        }
        away = true;
    }

    private void serverIsBack() {
        if (away) {
            LOG.info("the host's metrics go on: {} answers", api);
        }
        away = false;
        backoff.reset();
    }

    /** Waits longer each time: from 100 ms to 5 s. */
    static final class Backoff {

        private static final long FIRST_MILLIS = 100;
        private static final long MOST_MILLIS = 5_000;

        private long next = FIRST_MILLIS;

        void reset() {
            next = FIRST_MILLIS;
        }

        /** The next pause will not be shorter than this. */
        void atLeast(Duration pause) {
            next = Math.max(next, pause.toMillis());
        }

        void pause() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(next);
            next = Math.max(FIRST_MILLIS, Math.min(MOST_MILLIS, next * 2));
        }
    }
}
