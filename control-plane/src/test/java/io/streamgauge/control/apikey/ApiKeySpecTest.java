package io.streamgauge.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeySpecTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void readsNameScopesAndEnd() {
        ApiKeySpec spec =
                ApiKeySpec.ofCreation(
                        json(
                                """
                                {"name": "Ingest of plant 7", "scopes": ["events:write", "streams:read"],
                                 "expiresAt": "2026-02-01T01:00:00.123456+01:00"}\
                                """),
                        NOW);

        assertThat(spec)
                .isEqualTo(
                        new ApiKeySpec(
                                "Ingest of plant 7",
                                Set.of(Scope.EVENTS_WRITE, Scope.STREAMS_READ),
                                Optional.of(Instant.parse("2026-02-01T00:00:00.123Z"))));
    }

    @Test
    void countsATimeToLiveFromNow() {
        ApiKeySpec spec =
                ApiKeySpec.ofCreation(
                        json("{'name': 'k', 'scopes': ['events:write'], 'expiresIn': '30d'}"), NOW);

        assertThat(spec.expiresAt()).contains(Instant.parse("2026-01-31T00:00:00Z"));
    }

    @Test
    void hasNoEndUnlessOneIsGiven() {
        ApiKeySpec spec =
                ApiKeySpec.ofCreation(
                        json("{'name': 'k', 'scopes': ['tenant:read'], 'expiresAt': null}"), NOW);

        assertThat(spec.expiresAt()).isEmpty();
    }

    @Test
    void ignoresWhatTheServerSets() {
        ApiKeySpec spec =
                ApiKeySpec.ofChange(
                        json(
                                "{'name': 'k', 'scopes': ['tenant:read'], 'id': 1, 'tenant': 2,"
                                        + " 'prefix': 3, 'version': 4, 'createdBy': 5, 'createdAt':"
                                        + " 6}"));

        assertThat(spec.name()).isEqualTo("k");
    }

    @Test
    void letsAChangeEndAKey() {
        ApiKeySpec spec =
                ApiKeySpec.ofChange(
                        json(
                                "{'name': 'k', 'scopes': ['tenant:read'], 'expiresAt':"
                                        + " '2020-01-01T00:00:00Z'}"));

        assertThat(spec.expiresAt()).contains(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[]                                                  | # type",
                "{}                                                  | #/name required, #/scopes"
                        + " required",
                "{'name': 1, 'scopes': 'events:write'}               | #/name type, #/scopes type",
                "{'name': '', 'scopes': []}                          | #/name format, #/scopes"
                        + " type",
                "{'name': ' k', 'scopes': ['tenant:admin']}          | #/name format, #/scopes/0"
                        + " enum",
                "{'name': 'k\\u0000', 'scopes': [1, 'x']}            | #/name format, #/scopes/0"
                        + " enum, #/scopes/1 enum",
                "{'name': 'k', 'scopes': ['events:write', 'events:write']} | #/scopes/1 duplicate",
                "{'name': 'k', 'scopes': ['a','b','c','d','e','f','g']} | #/scopes range",
                "{'name': 'k', 'scopes': ['events:write'], 'x/y': 1} | #/x~1y unknown",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresAt': '2026-01-01T00:00:00Z'} |"
                        + " #/expiresAt range",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresAt': 'soon'} | #/expiresAt"
                        + " format",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresAt': 1767225600000} |"
                        + " #/expiresAt type",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresIn': '0s'} | #/expiresIn range",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresIn': '3651d'} | #/expiresIn"
                        + " range",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresIn': '1 day'} | #/expiresIn"
                        + " format",
                "{'name': 'k', 'scopes': ['events:write'], 'expiresIn': '1d', 'expiresAt':"
                        + " '2027-01-01T00:00:00Z'} | #/expiresIn conflict"
            })
    void reportsEverythingThatIsWrong(String json, String expected) {
        InvalidRequest refused =
                catchThrowableOfType(
                        InvalidRequest.class, () -> ApiKeySpec.ofCreation(json(json), NOW));

        assertThat(refused.violations())
                .extracting(ApiKeySpecTest::place)
                .containsExactlyInAnyOrder(expected.split(", ", -1));
    }

    @Test
    void refusesATimeToLiveInAChangeWhereItWouldMeanAnotherEndEachTime() {
        InvalidRequest refused =
                catchThrowableOfType(
                        InvalidRequest.class,
                        () ->
                                ApiKeySpec.ofChange(
                                        json(
                                                "{'name': 'k', 'scopes': ['tenant:read'],"
                                                        + " 'expiresIn': '1d'}")));

        assertThat(refused.violations())
                .extracting(ApiKeySpecTest::place)
                .containsExactly("#/expiresIn unknown");
    }

    private static String place(Violation violation) {
        return violation.pointer() + " " + violation.code();
    }

    private static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
