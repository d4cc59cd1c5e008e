package io.streamgauge.control.apikey;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What an administrator says of a key.
 *
 * @param name unique in the tenant, for people
 * @param scopes what the key is good for, at least one of {@link #GRANTABLE}
 * @param expiresAt when it ends, to the millisecond; empty for never
 */
record ApiKeySpec(String name, Set<Scope> scopes, Optional<Instant> expiresAt) {

    /**
     * What keys can be good for. Never the tenant's administration: whoever finds a key could else
     * make more of them, or members.
     */
    static final Set<Scope> GRANTABLE =
            Set.copyOf(EnumSet.complementOf(EnumSet.of(Scope.TENANT_ADMIN)));

    private static final int MAX_NAME_CHARACTERS = 100;
    private static final Duration LONGEST = Duration.ofDays(3_650);

    private static final Set<String> SET_BY_SERVER =
            Set.of("id", "tenant", "prefix", "version", "createdBy", "createdAt");

    ApiKeySpec {
        scopes = Set.copyOf(scopes);
    }

    /**
     * Reads what a new key shall be.
     *
     * @param now that it has to end after
     * @throws InvalidRequest with everything that is wrong
     */
    static ApiKeySpec ofCreation(JsonNode json, Instant now) {
        JsonProperties properties =
                new JsonProperties(
                        json, Set.of("name", "scopes", "expiresAt", "expiresIn"), SET_BY_SERVER);
        Optional<Instant> expiresAt = properties.instant("expiresAt");
        if (expiresAt.isPresent() && !expiresAt.get().isAfter(now)) {
            properties.violation(
                    "expiresAt",
                    "range",
                    "%s (expected: in the future)".formatted(expiresAt.get()));
        }
        Optional<Duration> expiresIn = properties.duration("expiresIn");
        if (expiresIn.isPresent()
                && (expiresIn.get().isZero() || expiresIn.get().compareTo(LONGEST) > 0)) {
            properties.violation(
                    "expiresIn",
                    "range",
                    "%s (expected: 1ms to %dd)"
                            .formatted(
                                    JsonProperties.shown(properties.get("expiresIn")),
                                    LONGEST.toDays()));
        }
        if (properties.has("expiresAt") && properties.has("expiresIn")) {
            properties.violation(
                    "expiresIn", "conflict", "beside expiresAt (expected: one of the two)");
        }
        return spec(properties, expiresAt.or(() -> expiresIn.map(now::plus)));
    }

    /**
     * Reads what a key shall be from now on. An end in the past is fine: a key that has ended can
     * be renamed, and one that has not be ended.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    static ApiKeySpec ofChange(JsonNode json) {
        JsonProperties properties =
                new JsonProperties(json, Set.of("name", "scopes", "expiresAt"), SET_BY_SERVER);
        return spec(properties, properties.instant("expiresAt"));
    }

    private static ApiKeySpec spec(JsonProperties properties, Optional<Instant> expiresAt) {
        Optional<String> name = properties.requiredText("name", MAX_NAME_CHARACTERS);
        Set<Scope> scopes = scopes(properties);
        properties.check();
        return new ApiKeySpec(
                name.orElseThrow(), scopes, expiresAt.map(it -> it.truncatedTo(ChronoUnit.MILLIS)));
    }

    private static Set<Scope> scopes(JsonProperties properties) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        JsonNode node = properties.get("scopes");
        if (!properties.has("scopes")) {
            properties.violation("scopes", "required", "missing (expected: an array of scopes)");
            return scopes;
        }
        if (!node.isArray() || node.isEmpty()) {
            properties.violation("scopes", "type", "expected: an array of at least one scope");
            return scopes;
        }
        if (node.size() > GRANTABLE.size()) {
            properties.violation(
                    "scopes",
                    "range",
                    "%d scopes (expected: at most %d)".formatted(node.size(), GRANTABLE.size()));
            return scopes;
        }
        for (int i = 0; i < node.size(); i++) {
            Optional<Scope> scope = scope(node.get(i));
            if (scope.isEmpty()) {
                properties.violation(
                        "scopes/" + i,
                        "enum",
                        "%s (expected: one of %s)"
                                .formatted(
                                        JsonProperties.shown(node.get(i)),
                                        GRANTABLE.stream()
                                                .sorted()
                                                .map(Scope::wireName)
                                                .collect(joining(", "))));
            } else if (!scopes.add(scope.get())) {
                properties.violation(
                        "scopes/" + i,
                        "duplicate",
                        "%s stands twice".formatted(scope.get().wireName()));
            }
        }
        return scopes;
    }

    private static Optional<Scope> scope(JsonNode node) {
        return node.isTextual()
                ? Scope.ofWireName(node.textValue()).filter(GRANTABLE::contains)
                : Optional.empty();
    }
}
