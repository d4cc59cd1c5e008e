package io.streamgauge.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.local.live.LiveClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a subscription up: connects, and connects again with growing pauses, until the server says
 * that there is no point in it.
 */
final class WatchSession {

    private static final String SUBSCRIPTION = "watch";
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final URI api;
    private final TokenSource tokens;
    private final ObjectNode payload;
    private final WatchView view;

    /** Makes a token when one is needed. */
    @FunctionalInterface
    interface TokenSource {

        String token() throws IOException;
    }

    /**
     * How a connection ended.
     *
     * @param isFinal whether another try would end the same
     * @param wasUp whether it had been acknowledged
     */
    private record End(boolean isFinal, boolean wasUp, String why) {

        static End forGood(String why) {
            return new End(true, false, why);
        }

        static End forNow(String why, boolean wasUp) {
            return new End(false, wasUp, why);
        }
    }

    WatchSession(URI api, TokenSource tokens, ObjectNode payload, WatchView view) {
        this.api = api;
        this.tokens = tokens;
        this.payload = payload;
        this.view = view;
    }

    /** Runs until the server ends it for good; says why where that is a problem. */
    Optional<String> run() throws IOException {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            End end = connection();
            if (end.isFinal()) {
                return Optional.of(end.why()).filter(why -> !why.isEmpty());
            }
            view.status("no connection to %s (%s), trying again".formatted(api, end.why()), true);
            pause = end.wasUp() ? FIRST_PAUSE_MILLIS : Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            if (!paused(pause)) {
                return Optional.empty();
            }
        }
    }

    private End connection() throws IOException {
        CompletableFuture<End> end = new CompletableFuture<>();
        try (LiveClient client = LiveClient.connect(api, tokens.token(), new Events(end))) {
            client.subscribe(SUBSCRIPTION, payload);
            view.status("connected to " + api + "; Ctrl-C ends", false);
            return end.join();
        } catch (LiveClient.ConnectException e) {
            return isFinal(e.code())
                    ? End.forGood("%s refuses: %s".formatted(api, e.getMessage()))
                    : End.forNow(String.valueOf(e.getMessage()), false);
        } catch (IOException e) {
            return End.forNow(String.valueOf(e.getMessage()), false);
        }
    }

    /** HTTP statuses and close codes that another try would meet again. */
    private static boolean isFinal(int code) {
        return (code >= 400 && code < 500 && code != 429)
                || (code >= 4400 && code < 4500 && code != 4408)
                || (code >= 3500 && code < 4000);
    }

    private static boolean paused(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the server says on one connection. */
    private final class Events implements LiveClient.Listener {

        private final CompletableFuture<End> end;

        Events(CompletableFuture<End> end) {
            this.end = end;
        }

        @Override
        public void next(String subscription, JsonNode payload, JsonNode frame) {
            JsonNode aggregate = payload.path("aggregate");
            if (aggregate.isObject()) {
                view.aggregate(
                        AggregateCodec.fromBytes(
                                aggregate.toString().getBytes(StandardCharsets.UTF_8)));
            }
            JsonNode anomaly = payload.path("anomaly");
            if (anomaly.isObject()) {
                view.anomaly(
                        AnomalyCodec.anomaly(anomaly.toString().getBytes(StandardCharsets.UTF_8)));
            }
        }

        @Override
        public void error(String subscription, JsonNode problem) {
            end.complete(End.forGood(describe(problem)));
        }

        @Override
        public void complete(String subscription) {
            end.complete(End.forGood("the server ended the subscription: the stream is gone"));
        }

        @Override
        public void closed(int code, String reason) {
            String why = reason.isEmpty() ? "close code " + code : reason;
            // An expired token is no reason to end: the next connection has a new one.
            end.complete(
                    isFinal(code) && code != 4401
                            ? End.forGood("%s closes the connection: %s".formatted(api, why))
                            : End.forNow(why, true));
        }

        private static String describe(JsonNode problem) {
            StringBuilder text = new StringBuilder(problem.path("title").asText("refused"));
            if (problem.hasNonNull("detail")) { // says what the errors say, unless they are many
                return text.append(": ").append(problem.path("detail").asText()).toString();
            }
            for (JsonNode error : problem.path("errors")) {
                text.append("; ")
                        .append(error.path("pointer").asText())
                        .append(' ')
                        .append(error.path("detail").asText());
            }
            return text.toString();
        }
    }
}
