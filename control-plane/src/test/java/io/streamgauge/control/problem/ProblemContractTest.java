package io.streamgauge.control.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemContractTest {

    private static final Path REFERENCE = Path.of("..", "docs", "reference", "errors.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d{3}) \\|");

    @Test
    void everyCodeIsExplainedInTheReference() throws IOException {
        Matcher rows = ROW.matcher(Files.readString(REFERENCE));

        assertThat(rows.results().map(row -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName).toList());
    }

    static Stream<ControlPlaneException> exceptions() {
        Violation violation = new Violation("#/x", "type", "wrong");
        return Stream.of(
                new InvalidRequest(violation),
                new InvalidRequest(ErrorCode.INVALID_CURSOR, "cursor", List.of(violation)),
                new InvalidRequest(ErrorCode.MALFORMED_REQUEST, "body", List.of(violation)),
                Unauthenticated.missing(),
                Unauthenticated.invalid("token: expired"),
                Forbidden.insufficientScope("streams:read"),
                Forbidden.tenantInactive("tenant"),
                new QuotaExceeded("streams", 10, 10),
                new NotFound("gone"),
                new MethodNotAllowed("PUT", List.of("GET")),
                new Conflict(ErrorCode.NAME_TAKEN, "taken"),
                new Conflict(ErrorCode.ALREADY_EXISTS, "there"),
                new Conflict(ErrorCode.INCOMPATIBLE_CHANGE, "no", List.of(violation)),
                new Conflict(ErrorCode.IMMUTABLE, "fixed", List.of(violation)),
                new Conflict(ErrorCode.IN_USE, "used"),
                new Conflict(ErrorCode.NO_LONGER_VALID, "outlived", List.of(violation)),
                new Conflict(ErrorCode.WORSE_MODEL, "worse"),
                new Conflict(ErrorCode.NO_MODEL, "none"),
                new Conflict(ErrorCode.LIMIT_REACHED, "full"),
                new PreconditionFailed("stale"),
                new PreconditionRequired("missing"),
                new PayloadTooLarge("big", Map.of("accepted", 3L)),
                new UnsupportedMediaType("type"),
                new RateLimited("gold", List.of("gold"), Duration.ofSeconds(1), Map.of()),
                new BadGateway("broken", null),
                new Unavailable("away", Duration.ofSeconds(1), null),
                new GatewayTimeout("slow", null));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void hasTheStatusOfTheReference(ControlPlaneException exception) throws IOException {
        Problem problem = Problem.of(exception);

        assertThat(Files.readString(REFERENCE))
                .contains("| `%s` | %d |".formatted(exception.code().wireName(), problem.status()));
        assertThat(problem.detail()).isEqualTo(exception.getMessage());
    }

    @Test
    void carriesErrorsNumbersAndFurtherMembers() throws IOException {
        Problem ofException =
                Problem.of(new PayloadTooLarge("big", Map.of("accepted", 3L, "rejected", 1L)));
        Problem own =
                new Problem(
                        ErrorCode.ALL_EVENTS_REJECTED,
                        422,
                        "none",
                        List.of(new Violation("#/x", "type", "wrong")),
                        Map.of("accepted", IntNode.valueOf(0)));

        JsonNode first = json(ofException, Optional.of("/path"));
        JsonNode second = json(own, Optional.empty());

        assertThat(first.path("accepted").asInt()).isEqualTo(3);
        assertThat(first.path("instance").asText()).isEqualTo("/path");
        assertThat(first.has("errors")).isFalse();
        assertThat(second.at("/errors/0/detail").asText()).isEqualTo("wrong");
        assertThat(second.path("accepted").isInt()).isTrue();
        assertThat(second.has("instance")).isFalse();
    }

    @Test
    void namesTheQuotaOrThePoliciesThatAreExhausted() throws IOException {
        JsonNode quota = json(Problem.of(new QuotaExceeded("streams", 10, 12)), Optional.empty());
        JsonNode policies =
                json(
                        Problem.of(
                                new RateLimited(
                                        "exhausted",
                                        List.of("gold", "real-time"),
                                        Duration.ofSeconds(3),
                                        Map.of("processed", 5L))),
                        Optional.empty());

        assertThat(quota.path("type").asText()).isEqualTo("urn:streamgauge:problem:quota-exceeded");
        assertThat(quota.path("quota").asText()).isEqualTo("streams");
        assertThat(quota.path("limit").asLong()).isEqualTo(10);
        assertThat(quota.path("used").asLong()).isEqualTo(12);
        assertThat(policies.path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(policies.path("violated-policies")).hasSize(2);
        assertThat(policies.path("processed").asLong()).isEqualTo(5);
    }

    @Test
    void summarizesSeveralViolationsByTheFirst() {
        InvalidRequest several =
                new InvalidRequest(
                        List.of(
                                new Violation("#/a", "type", "wrong"),
                                new Violation("#/b", "type", "wrong too")));

        assertThat(several).hasMessage("#/a: wrong (and 1 more)");
    }

    private static JsonNode json(Problem problem, Optional<String> instance) throws IOException {
        return Json.mapper().readTree(problem.toBytes(instance, "id"));
    }
}
