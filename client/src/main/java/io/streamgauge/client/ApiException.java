package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A request that the server has answered with a refusal; the problem says why. */
public final class ApiException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode problem;
    private final transient Optional<Duration> retryAfter;

    ApiException(int status, JsonNode problem, Optional<Duration> retryAfter) {
        super(status + " " + problem.path("detail").asText(problem.path("title").asText("")));
        this.status = status;
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    /**
     * As RFC 9457 has it, with {@code code} and {@code errors}; empty where the answer had none.
     */
    public JsonNode problem() {
        return problem;
    }

    /** After which the server may be asked again, where it says so. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
