package io.streamgauge.control.tenantadmin;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import io.streamgauge.control.tenant.Quota;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads what an operator sends of a tenant and reports everything that is wrong with it. A property
 * that the server sets may be there, as it is in what the server sends, and is passed over; the id
 * of a change has to be the one of its path.
 */
final class TenantReader {

    static final int MAX_NAME_CHARACTERS = 200;

    /** More than anyone needs; below what programs that read JSON can count exactly. */
    static final long MAX_LIMIT = 1_000_000_000_000L;

    /** As long as the platform itself can be told to keep results. */
    static final long MAX_RETENTION_DAYS = 3_650;

    private static final String FIRST_TIER = "copper";
    private static final Set<String> PROPERTIES = Set.of("id", "name", "tier", "active", "quotas");
    private static final Set<String> SET_BY_SERVER =
            Set.of("version", "createdAt", "updatedAt", "deletingSince");
    private static final String TRUE_OR_FALSE = "true or false";

    private final JsonProperties properties;
    private final Set<String> tiers;

    /** A tenant that is to be. */
    record Creation(TenantId id, Tenant.Settings settings) {}

    private TenantReader(JsonNode json, Set<String> tiers) {
        this.properties = new JsonProperties(json, PROPERTIES, SET_BY_SERVER);
        this.tiers = new TreeSet<>(tiers);
    }

    /**
     * Reads a new tenant; without a tier it gets the lowest, and without further word it is active.
     *
     * @param tiers those that there are
     * @throws InvalidRequest with every violation
     */
    static Creation creation(JsonNode json, Set<String> tiers) {
        TenantReader reader = new TenantReader(json, tiers);
        Optional<TenantId> id =
                reader.properties.requiredParsed(
                        "id",
                        "1 to 63 lower-case letters, digits and inner hyphens, a letter first",
                        text -> Optional.of(text).filter(TenantId::isValid).map(TenantId::new));
        Tenant.Settings settings = reader.settings(false);
        return new Creation(id.orElseThrow(), settings);
    }

    /**
     * Reads a tenant as it is to become. Nothing has a default but the quotas: what was forgotten
     * must not take a tenant's tier away.
     *
     * @param tiers those that there are
     * @throws InvalidRequest with every violation
     */
    static Tenant.Settings change(JsonNode json, TenantId tenant, Set<String> tiers) {
        TenantReader reader = new TenantReader(json, tiers);
        JsonNode id = reader.properties.get("id");
        if (reader.properties.has("id") && !id.asText().equals(tenant.value())) {
            reader.properties.violation(
                    "id",
                    "conflict",
                    "%s (expected: %s, or none)".formatted(JsonProperties.shown(id), tenant));
        }
        return reader.settings(true);
    }

    /** Reads the rest, and ends the reading. */
    private Tenant.Settings settings(boolean complete) {
        Optional<String> name = properties.requiredText("name", MAX_NAME_CHARACTERS);
        Optional<String> tier = tier(complete);
        boolean active = active(complete);
        Map<Quota, Long> quotas = quotas();
        properties.check();
        return new Tenant.Settings(name.orElseThrow(), tier.orElse(FIRST_TIER), active, quotas);
    }

    private Optional<String> tier(boolean required) {
        String expected = "one of " + String.join(", ", tiers);
        return required
                ? properties.requiredParsed("tier", expected, this::tier)
                : properties.parsed("tier", expected, this::tier);
    }

    private Optional<String> tier(String name) {
        return Optional.of(name).filter(tiers::contains);
    }

    private boolean active(boolean required) {
        JsonNode node = properties.get("active");
        if (required && !properties.has("active")) {
            properties.violation(
                    "active", "required", "missing (expected: %s)".formatted(TRUE_OR_FALSE));
        } else if (properties.has("active") && !node.isBoolean()) {
            properties.violation(
                    "active",
                    "type",
                    "%s (expected: %s)".formatted(JsonProperties.shown(node), TRUE_OR_FALSE));
        }
        return node.asBoolean(true);
    }

    private Map<Quota, Long> quotas() {
        Map<Quota, Long> quotas = new EnumMap<>(Quota.class);
        JsonNode node = properties.get("quotas");
        if (properties.has("quotas") && !node.isObject()) {
            properties.violation(
                    "quotas",
                    "type",
                    "%s (expected: limits by quota)".formatted(JsonProperties.shown(node)));
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String path = "quotas/" + entry.getKey().replace("~", "~0").replace("/", "~1");
            Optional<Quota> quota = Quota.ofWireName(entry.getKey());
            if (quota.isEmpty()) {
                properties.violation(
                        path, "unknown", "not a quota (expected: one of %s)".formatted(names()));
            } else if (!entry.getValue().isNull()) {
                limit(entry.getValue(), path, quota.get())
                        .ifPresent(limit -> quotas.put(quota.get(), limit));
            }
        }
        return quotas;
    }

    private Optional<Long> limit(JsonNode node, String path, Quota quota) {
        boolean days = quota == Quota.RETENTION_DAYS;
        long least = days ? 1 : 0;
        long most = days ? MAX_RETENTION_DAYS : MAX_LIMIT;
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > most) {
            properties.violation(
                    path,
                    "range",
                    "%s (expected: a whole number from %d to %d, or null for the tier's)"
                            .formatted(JsonProperties.shown(node), least, most));
            return Optional.empty();
        }
        return Optional.of(node.longValue());
    }

    private static String names() {
        return Arrays.stream(Quota.values()).map(Quota::wireName).collect(Collectors.joining(", "));
    }
}
