package io.streamgauge.contracts.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of a tenant's policy on the control topic, where its key is {@code tenant/<id>} and
 * a tombstone says that the tenant is gone. Members that a reader does not know are passed over, so
 * that later releases can add some.
 */
public final class TenantPolicyCodec {

    private static final String KEY_PREFIX = "tenant/";

    private TenantPolicyCodec() {}

    /** Which tenant a record of the control topic is about. */
    public record Key(TenantId tenant) {

        /** The record's key. */
        @Override
        public String toString() {
            return KEY_PREFIX + tenant;
        }

        /** Reads a record's key; empty where it is about something other than a tenant. */
        public static Optional<Key> parse(String key) {
            if (!key.startsWith(KEY_PREFIX)) {
                return Optional.empty();
            }
            String tenant = key.substring(KEY_PREFIX.length());
            return TenantId.isValid(tenant)
                    ? Optional.of(new Key(new TenantId(tenant)))
                    : Optional.empty();
        }
    }

    /** Writes a policy as UTF-8 JSON. */
    public static byte[] toBytes(TenantPolicy policy) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", policy.tenant().value());
        json.put("version", policy.version());
        json.put("active", policy.active());
        json.put("seriesPerStream", policy.seriesPerStream());
        json.put("partialMatchesPerKey", policy.partialMatchesPerKey());
        json.put("openInstancesPerAlert", policy.openInstancesPerAlert());
        json.put("evaluationCostPerSecond", policy.evaluationCostPerSecond());
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    /**
     * Reads a policy.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid policy
     */
    public static TenantPolicy fromBytes(byte[] bytes) throws InvalidInputException {
        JsonNode json;
        try {
            json = Json.mapper().readTree(bytes);
        } catch (IOException e) {
            throw new InvalidInputException(List.of(new Violation("#", "syntax", "not JSON")));
        }
        List<Violation> violations = new ArrayList<>();
        JsonNode tenant = json.path("tenant");
        if (!tenant.isTextual() || !TenantId.isValid(tenant.textValue())) {
            violations.add(new Violation("#/tenant", "format", "expected: a tenant id"));
        }
        JsonNode active = json.path("active");
        if (!active.isBoolean()) {
            violations.add(new Violation("#/active", "type", "expected: true or false"));
        }
        checkAtLeast(1, json, "version", violations);
        checkAtLeast(0, json, "seriesPerStream", violations);
        int partialMatches =
                optional(
                        json,
                        "partialMatchesPerKey",
                        TenantPolicy.DEFAULT_PARTIAL_MATCHES_PER_KEY,
                        violations);
        int openInstances =
                optional(
                        json,
                        "openInstancesPerAlert",
                        TenantPolicy.DEFAULT_OPEN_INSTANCES_PER_ALERT,
                        violations);
        int evaluationCost =
                optional(
                        json,
                        "evaluationCostPerSecond",
                        TenantPolicy.DEFAULT_EVALUATION_COST_PER_SECOND,
                        violations);
        if (!violations.isEmpty()) {
            throw new InvalidInputException(violations);
        }
        return new TenantPolicy(
                new TenantId(tenant.textValue()),
                json.path("version").longValue(),
                active.booleanValue(),
                json.path("seriesPerStream").longValue(),
                partialMatches,
                openInstances,
                evaluationCost);
    }

    /** Policies that were written before the member was known do not have it. */
    private static int optional(
            JsonNode json, String name, int fallback, List<Violation> violations) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            violations.add(
                    new Violation(
                            "#/" + name,
                            "range",
                            "expected: an integer from 1 to " + Integer.MAX_VALUE));
            return fallback;
        }
        return value.intValue();
    }

    private static void checkAtLeast(
            long least, JsonNode json, String name, List<Violation> violations) {
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            violations.add(new Violation("#/" + name, "range", "expected: an integer >= " + least));
        }
    }
}
