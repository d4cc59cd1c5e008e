package io.streamgauge.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.Backoff;
import io.streamgauge.client.ConnectionState;
import io.streamgauge.client.Gap;
import io.streamgauge.client.LiveClient;
import io.streamgauge.client.LiveClientOptions;
import io.streamgauge.client.LiveResult;
import io.streamgauge.client.LiveSubscription;
import io.streamgauge.client.SubscriptionListener;
import io.streamgauge.client.TokenSource;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One subscription, shown until the server says that there is no point in it. The client keeps it
 * up over any number of connections, and goes on where the last one ended.
 */
final class WatchSession {

    /** Somebody sits before it. */
    private static final Backoff BACKOFF =
            Backoff.of(Duration.ofMillis(250), Duration.ofSeconds(5));

    private static final int FIRST_CLOSE_CODE = 1000;

    private final URI api;
    private final TokenSource tokens;
    private final ObjectNode payload;
    private final WatchView view;
    private final CompletableFuture<String> end = new CompletableFuture<>();

    WatchSession(URI api, TokenSource tokens, ObjectNode payload, WatchView view) {
        this.api = api;
        this.tokens = tokens;
        this.payload = payload;
        this.view = view;
    }

    /** Runs until the server ends it for good; says why where that is a problem. */
    Optional<String> run() {
        LiveClientOptions options =
                LiveClientOptions.of(api, tokens)
                        .withBackoff(BACKOFF)
                        .withStateListener(this::showState);
        try (LiveClient client = LiveClient.open(options)) {
            LiveSubscription unused = client.subscribe(payload, new Events());
            return Optional.of(end.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nothing completes it that way
        }
    }

    private void showState(ConnectionState state) {
        switch (state) {
            case ConnectionState.Connecting connecting -> {}
            case ConnectionState.Open open ->
                    view.status("connected to " + api + "; Ctrl-C ends", false);
            case ConnectionState.Waiting waiting ->
                    view.status(
                            "no connection to %s (%s), trying again"
                                    .formatted(api, waiting.reason()),
                            true);
            case ConnectionState.Closed closed -> end.complete(describe(closed));
        }
    }

    private String describe(ConnectionState.Closed closed) {
        return closed.code() < FIRST_CLOSE_CODE
                ? "%s refuses: %s".formatted(api, closed.reason())
                : "%s closes the connection: %s".formatted(api, closed.reason());
    }

    /** What the server says of the subscription. */
    private final class Events implements SubscriptionListener {

        @Override
        public void next(LiveResult result) {
            byte[] value = result.value().toString().getBytes(StandardCharsets.UTF_8);
            switch (result.kind()) {
                case "aggregate" -> view.aggregate(AggregateCodec.fromBytes(value));
                case "anomaly" -> view.anomaly(AnomalyCodec.anomaly(value));
                default -> {} // not asked for
            }
        }

        @Override
        public void gap(Gap gap) {
            view.status("results are missing here (%s)".formatted(gap.reason()), true);
        }

        @Override
        public void error(JsonNode problem) {
            end.complete(describe(problem));
        }

        @Override
        public void complete() {
            end.complete("the server ended the subscription: the stream is gone");
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
