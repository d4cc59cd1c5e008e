package io.streamgauge.control.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks Flink's REST API. An answer must be there, to its last byte, after so long. Shared by all
 * threads.
 */
final class FlinkClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final String base;
    private final Duration timeout;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1) // Flink's server knows no other
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    /**
     * @param base URL without a slash at its end
     */
    FlinkClient(String base) {
        this(base, TIMEOUT);
    }

    FlinkClient(String base, Duration timeout) {
        this.base = base;
        this.timeout = timeout;
    }

    /**
     * What is at a path; missing where Flink has nothing there, as of a job that is gone meanwhile.
     *
     * @throws IOException where Flink does not answer in time, or not with JSON
     */
    JsonNode get(String path) throws IOException {
        URI address = URI.create(base + path);
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(
                        HttpRequest.newBuilder(address).timeout(timeout).build(),
                        BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return response.statusCode() == 200
                    ? Json.mapper().readTree(response.body())
                    : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            throw new IOException("%s: no JSON".formatted(address), e);
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

    @Override
    public void close() {
        http.shutdownNow();
    }
}
