package io.streamgauge.control.tenantadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.tenant.Quota;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenantReaderTest {

    private static final Set<String> TIERS = Set.of("copper", "gold");
    private static final TenantId ACME = new TenantId("acme");

    @Test
    void readsANewTenant() {
        TenantReader.Creation creation =
                creation(
                        """
                        {"id": "acme", "name": "Acme", "tier": "gold", "active": false,
                         "quotas": {"streams": 20, "retention-days": 3, "alerts": null}}\
                        """);

        assertThat(creation.id()).isEqualTo(ACME);
        assertThat(creation.settings())
                .isEqualTo(
                        new Tenant.Settings(
                                "Acme",
                                "gold",
                                false,
                                Map.of(Quota.STREAMS, 20L, Quota.RETENTION_DAYS, 3L)));
    }

    @Test
    void givesANewTenantTheLowestTierAndNoQuotasOfItsOwn() {
        assertThat(creation("{\"id\": \"acme\", \"name\": \"Acme\"}").settings())
                .isEqualTo(new Tenant.Settings("Acme", "copper", true, Map.of()));
    }

    @Test
    void takesWhatTheServerSends() {
        Tenant.Settings settings =
                change(
                        """
                        {"id": "acme", "name": "Acme", "tier": "copper", "active": true, "quotas": null,
                         "version": 3, "createdAt": "x", "updatedAt": "x", "deletingSince": "x"}\
                        """);

        assertThat(settings).isEqualTo(new Tenant.Settings("Acme", "copper", true, Map.of()));
    }

    @Test
    void namesEverythingThatIsWrong() {
        InvalidRequest refusal =
                refusal(
                        """
                        {"id": "Not An Id", "name": " ", "tier": "tin", "active": 1, "colour": "red",
                         "quotas": {"streams": -1, "alerts": 1.5, "members": "9", "a/b": 1,
                           "retention-days": 0, "events-per-second": 99999999999999999999}}\
                        """);

        assertThat(refusal.violations())
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "#/id",
                        "#/name",
                        "#/tier",
                        "#/active",
                        "#/colour",
                        "#/quotas/streams",
                        "#/quotas/alerts",
                        "#/quotas/members",
                        "#/quotas/a~1b",
                        "#/quotas/retention-days",
                        "#/quotas/events-per-second");
        assertThat(refusal.violations())
                .contains(
                        new Violation(
                                "#/tier", "format", "\"tin\" (expected: one of copper, gold)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"acme\"", "1"})
    void takesObjectsOnly(String json) {
        assertThat(refusal(json).violations())
                .extracting(Violation::pointer, Violation::code)
                .containsExactly(tuple("#", "type"));
    }

    @Test
    void aChangeLeavesNothingOutButTheQuotas() {
        InvalidRequest refusal =
                catchThrowableOfType(
                        InvalidRequest.class, () -> change("{\"id\": \"other\", \"quotas\": []}"));

        assertThat(refusal.violations())
                .extracting(Violation::toString)
                .containsExactlyInAnyOrder(
                        "#/id: \"other\" (expected: acme, or none)",
                        "#/name: missing (expected: a string)",
                        "#/tier: missing (expected: one of copper, gold)",
                        "#/active: missing (expected: true or false)",
                        "#/quotas: [] (expected: limits by quota)");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "200, true", "201, false"})
    void boundsTheLengthOfANameOnly(int length, boolean good) {
        String json = "{\"id\": \"acme\", \"name\": \"%s\"}".formatted("é".repeat(length));

        if (good) {
            assertThat(creation(json).settings().name()).hasSize(length);
        } else {
            assertThat(refusal(json).violations())
                    .extracting(Violation::pointer)
                    .containsExactly("#/name");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\\u0000b", "a\\nb", "\\ud800"})
    void takesPrintableNamesOnly(String name) {
        assertThat(refusal("{\"id\": \"acme\", \"name\": \"%s\"}".formatted(name)).violations())
                .extracting(Violation::pointer)
                .containsExactly("#/name");
    }

    private static TenantReader.Creation creation(String json) {
        return TenantReader.creation(parse(json), TIERS);
    }

    private static Tenant.Settings change(String json) {
        return TenantReader.change(parse(json), ACME, TIERS);
    }

    private static InvalidRequest refusal(String json) {
        return catchThrowableOfType(InvalidRequest.class, () -> creation(json));
    }

    private static JsonNode parse(String json) {
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
