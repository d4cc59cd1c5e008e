package io.streamgauge.control.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches small documents of an identity provider. A document has so many bytes at most and must be
 * there, to its last byte, after so long: a provider that trickles is as good as none. Shared by
 * all threads.
 */
final class DocumentClient implements Documents {

    static final int MAX_BYTES = 512 * 1024;
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final Duration timeout;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NORMAL) // never from https to http
                    .build();

    DocumentClient() {
        this(TIMEOUT);
    }

    DocumentClient(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public String get(URI address) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(address)
                        .timeout(timeout)
                        .header("Accept", "application/json")
                        .build();
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(
                        request,
                        head ->
                                head.statusCode() == 200
                                        ? new BoundedBody(MAX_BYTES)
                                        : BodySubscribers.replacing(""));
        try {
            HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(
                        "%s: status %d (expected: 200)".formatted(address, response.statusCode()));
            }
            return response.body();
        } catch (ExecutionException e) {
            throw new IOException("%s: %s".formatted(address, e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException(
                    "%s: no whole answer within %d ms".formatted(address, timeout.toMillis()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("%s: interrupted".formatted(address), e);
        } finally {
            answer.cancel(true); // closes the connection of an answer that is not complete
        }
    }

    /** Collects a body, and gives up where it becomes too long. */
    private static final class BoundedBody implements BodySubscriber<String> {

        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private @Nullable Subscription subscription;

        BoundedBody(int most) {
            this.most = most;
        }

        @Override
        public CompletionStage<String> getBody() {
            return text;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (part.remaining() > most - bytes.size()) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    text.completeExceptionally(
                            new IOException(
                                    "too long (expected: %d bytes at most)".formatted(most)));
                    return;
                }
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable failure) {
            text.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            text.complete(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
