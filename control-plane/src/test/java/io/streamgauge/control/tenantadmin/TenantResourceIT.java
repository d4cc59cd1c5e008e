package io.streamgauge.control.tenantadmin;

import static java.util.stream.StreamSupport.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenantResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String TENANTS = "/api/v1/tenants";
    private static final String SPEC =
            """
            {"name": "%s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    private final ApiClient operator = SERVER.operator();
    private String id;

    @BeforeEach
    void thinkOfAnId() {
        id = "t-" + UUID.randomUUID().toString().substring(0, 8);
    }

    @Test
    void createsATenantThatCanBeWorkedWithAtOnce() {
        // Asked for before it is there: the answer must not be remembered.
        assertThat(SERVER.admin(new TenantId(id)).get("/api/v1/streams").status()).isEqualTo(403);

        Answer created =
                operator.post(
                        TENANTS,
                        "{\"id\": \"%s\", \"name\": \"Acme\", \"tier\": \"gold\", \"quotas\": {\"streams\": 20}}"
                                .formatted(id));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(TENANTS + "/" + id);
        assertThat(created.header("ETag")).isEqualTo("\"%s-1\"".formatted(id));
        ObjectNode json = (ObjectNode) created.json();
        assertThat(json.remove("createdAt").asText()).isNotEmpty();
        assertThat(json.remove("updatedAt").asText()).isNotEmpty();
        assertThat(json)
                .hasToString(
                        "{\"id\":\"%s\",\"name\":\"Acme\",\"tier\":\"gold\",\"active\":true,\"quotas\":{\"streams\":20},\"version\":1}"
                                .formatted(id));
        assertThat(operator.get(TENANTS + "/" + id).json()).isEqualTo(created.json());
        assertThat(SERVER.admin(new TenantId(id)).get("/api/v1/streams").status()).isEqualTo(200);
    }

    @Test
    void reportsEverythingThatIsWrongWithANewTenant() {
        Answer answer =
                operator.post(
                        TENANTS, "{\"id\": \"No\", \"tier\": \"tin\", \"quotas\": {\"x\": 1}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("invalid-request");
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder("#/id", "#/name", "#/tier", "#/quotas/x");
    }

    @Test
    void givesAnIdOutOnce() {
        create("copper");

        Answer again = operator.post(TENANTS, body("Another", "copper", ""));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("code").asText()).isEqualTo("name-taken");
        assertThat(again.json().at("/errors/0/pointer").asText()).isEqualTo("#/id");
        assertThat(operator.get(TENANTS + "/" + id).json().path("name").asText()).isEqualTo("Acme");
    }

    @Test
    void changesATenantThatIsAsItWasRead() {
        String tag = create("copper").header("ETag");

        Answer missing = operator.put(TENANTS + "/" + id, body("B", "gold", ""));
        Answer changed =
                operator.put(
                        TENANTS + "/" + id,
                        body("B", "gold", ", \"quotas\": {\"alerts\": 7, \"members\": 8}"),
                        "If-Match",
                        tag);
        Answer stale = operator.put(TENANTS + "/" + id, body("C", "gold", ""), "If-Match", tag);
        Answer same =
                operator.put(
                        TENANTS + "/" + id,
                        body("B", "gold", ", \"quotas\": {\"alerts\": 7, \"members\": 8}"),
                        "If-Match",
                        "*");
        Answer tiers =
                operator.put(
                        TENANTS + "/" + id,
                        body("B", "gold", ", \"quotas\": {\"alerts\": null}"),
                        "If-Match",
                        "*");

        assertThat(missing.status()).isEqualTo(428);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"%s-2\"".formatted(id));
        assertThat(changed.json().path("tier").asText()).isEqualTo("gold");
        assertThat(changed.json().path("quotas")).hasToString("{\"alerts\":7,\"members\":8}");
        assertThat(stale.status()).isEqualTo(412);
        assertThat(same.json()).isEqualTo(changed.json());
        assertThat(tiers.json().path("quotas")).hasToString("{}");
        assertThat(tiers.json().path("version").asInt()).isEqualTo(3);
    }

    @Test
    void answersWhoKnowsTheVersionWithoutABody() {
        String tag = create("copper").header("ETag");

        Answer known = operator.get(TENANTS + "/" + id, "If-None-Match", tag);
        Answer other = operator.get(TENANTS + "/" + id, "If-None-Match", "\"99\"");

        assertThat(known.status()).isEqualTo(304);
        assertThat(known.header("ETag")).isEqualTo(tag);
        assertThat(other.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-tenant", "Not An Id", "%00"})
    void knowsNoTenantThatThereIsNot(String unknown) {
        String path = TENANTS + "/" + unknown.replace(" ", "%20");
        String body = body("B", "gold", "").replace("\"id\": \"" + id + "\", ", "");

        for (Answer answer :
                List.of(
                        operator.get(path),
                        operator.get(path + "/usage"),
                        operator.get(path + "/deletion"),
                        operator.put(path, body, "If-Match", "*"),
                        operator.delete(path, "If-Match", "*"))) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(404);
            assertThat(answer.json().path("code").asText()).isEqualTo("not-found");
        }
    }

    @Test
    void listsTenantsPageByPageInTheOrderOfTheirIds() {
        create("copper");
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = operator.get(TENANTS + "?limit=200" + cursor);
            page.json().path("items").forEach(item -> ids.add(item.path("id").asText()));
            JsonNode next = page.json().path("nextCursor");
            cursor = next.isMissingNode() ? "" : "&cursor=" + next.asText();
        } while (!cursor.isEmpty());

        assertThat(ids).contains(id).isSorted().doesNotHaveDuplicates();
        assertThat(operator.get(TENANTS + "?limit=1").json().path("items")).hasSize(1);
        assertThat(operator.get(TENANTS + "?cursor=x").status()).isEqualTo(400);
        assertThat(operator.get(TENANTS + "?tier=gold").status()).isEqualTo(400);
    }

    @Test
    void saysHowFarATenantHasGotWithItsQuotas() {
        operator.post(TENANTS, body("Acme", "copper", ", \"quotas\": {\"streams\": 20}"));
        ApiClient admin = SERVER.admin(new TenantId(id));
        admin.post("/api/v1/streams", SPEC.formatted("one"));
        admin.post("/api/v1/streams", SPEC.formatted("two"));

        JsonNode usage = admin.get(TENANTS + "/" + id + "/usage").json();

        assertThat(usage.path("tier").asText()).isEqualTo("copper");
        assertThat(usage.at("/quotas/streams"))
                .hasToString("{\"limit\":20,\"source\":\"tenant\",\"used\":2}");
        assertThat(usage.at("/quotas/api-keys"))
                .hasToString("{\"limit\":5,\"source\":\"tier\",\"used\":0}");
        assertThat(usage.at("/quotas/retention-days"))
                .hasToString("{\"limit\":7,\"source\":\"tier\"}");
        assertThat(usage.path("quotas")).hasSize(14);
        assertThat(operator.get(TENANTS + "/" + id + "/usage").json()).isEqualTo(usage);
    }

    @Test
    void showsMembersTheirOwnTenantOnly() {
        create("copper");
        ApiClient viewer = SERVER.with(SERVER.issuer().token(new TenantId(id), "viewer"));
        TenantId theirs = SERVER.backends().newTenant();

        Answer own = viewer.get(TENANTS + "/" + id);

        assertThat(own.status()).isEqualTo(200);
        assertThat(viewer.get(TENANTS + "/" + id + "/usage").status()).isEqualTo(200);
        assertThat(viewer.get(TENANTS).json().path("items")).containsExactly(own.json());
        for (String path : List.of("", "/usage")) {
            Answer foreign = viewer.get(TENANTS + "/" + theirs + path);
            Answer missing = viewer.get(TENANTS + "/no-such-tenant" + path);
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(withoutIds(foreign, theirs.value()))
                    .isEqualTo(withoutIds(missing, "no-such-tenant"));
        }
    }

    @Test
    void showsWhoBelongsToSeveralTenantsAllOfThem() {
        create("copper");
        TenantId second = SERVER.backends().newTenant();
        TenantId third = SERVER.backends().newTenant();
        String subject = UUID.randomUUID().toString();
        SERVER.backends()
                .owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "INSERT INTO users (issuer, subject) VALUES (?, ?)",
                                    TestingIssuer.ISSUER,
                                    subject);
                            for (String tenant : List.of(id, second.value())) {
                                handle.execute(
                                        """
                                        INSERT INTO memberships (tenant_id, user_id, role)
                                        SELECT ?, id, 'viewer' FROM users WHERE subject = ?\
                                        """,
                                        tenant,
                                        subject);
                            }
                        });
        ApiClient member =
                SERVER.with(
                        SERVER.issuer().token(withoutTenant("viewer").subject(subject).build()));

        assertThat(ids(member.get(TENANTS))).containsExactlyInAnyOrder(id, second.value());
        assertThat(member.get(TENANTS + "/" + second).status()).isEqualTo(200);
        assertThat(member.get(TENANTS + "/" + third).status()).isEqualTo(404);
    }

    @Test
    void needsTheScopeForATenantOfOnesOwn() {
        create("copper");
        ApiClient narrow =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(new TenantId(id), "admin")
                                                .claim("scope", "streams:read")
                                                .build()));

        Answer answer = narrow.get(TENANTS + "/" + id);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("insufficient-scope");
        assertThat(narrow.get(TENANTS).json().path("items")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, ''",
        "PUT, /own",
        "PUT, /foreign",
        "PUT, /no-such-tenant",
        "DELETE, /own",
        "DELETE, /foreign",
        "DELETE, /no-such-tenant",
        "GET, /own/deletion",
        "GET, /foreign/deletion",
        "GET, /no-such-tenant/deletion"
    })
    void letsNobodyButOperatorsChangeAnything(String method, String path) {
        create("copper");
        TenantId theirs = SERVER.backends().newTenant();
        String target = TENANTS + path.replace("/own", "/" + id).replace("/foreign", "/" + theirs);

        // The body is not even looked at.
        String body = method.equals("PUT") || method.equals("POST") ? "{" : null;
        Answer answer = SERVER.admin(new TenantId(id)).send(method, target, body, "If-Match", "*");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("operator-required");
        assertThat(operator.get(TENANTS + "/" + id).json().path("version").asInt()).isEqualTo(1);
    }

    @Test
    void tellsEveryoneOfTheTiers() {
        String stranger = SERVER.issuer().token(withoutTenant().subject("stranger").build());

        Answer answer = SERVER.with(stranger).get("/api/v1/tiers");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("items").findValuesAsText("name"))
                .containsExactly("copper", "silver", "gold", "platinum");
        assertThat(answer.json().at("/items/1/quotas/requests-per-hour").asLong()).isEqualTo(1_000);
        assertThat(SERVER.anonymous().get("/api/v1/tiers").status()).isEqualTo(401);
    }

    @Test
    void keepsAnAccountOfEveryChange() {
        create("copper");
        operator.put(TENANTS + "/" + id, body("B", "gold", ""), "If-Match", "*");
        operator.put(TENANTS + "/" + id, body("B", "gold", ""), "If-Match", "*"); // says the same
        operator.put(TENANTS + "/" + id, body("B", "tin", ""), "If-Match", "*"); // refused

        List<String> entries =
                SERVER.backends()
                        .owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        """
                                                        SELECT concat_ws(' ', actor_kind, actor, action,
                                                            resource_type, resource_id,
                                                            before ->> 'tier', after ->> 'tier')
                                                        FROM audit_log WHERE tenant_id = ? ORDER BY number\
                                                        """,
                                                        id)
                                                .mapTo(String.class)
                                                .list());

        assertThat(entries)
                .containsExactly(
                        "jwt the-operator create tenant %s copper".formatted(id),
                        "jwt the-operator update tenant %s copper gold".formatted(id));
    }

    private Answer create(String tier) {
        Answer created = operator.post(TENANTS, body("Acme", tier, ""));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return created;
    }

    private String body(String name, String tier, String more) {
        return "{\"id\": \"%s\", \"name\": \"%s\", \"tier\": \"%s\", \"active\": true%s}"
                .formatted(id, name, tier, more);
    }

    private static JWTClaimsSet.Builder withoutTenant(String... roles) {
        return TestingIssuer.claims(new TenantId("none"), roles).claim("tenant", null);
    }

    private static List<String> ids(Answer list) {
        return stream(list.json().path("items").spliterator(), false)
                .map(item -> item.path("id").asText())
                .toList();
    }

    /** What is left when that is gone which has to differ. */
    private static String withoutIds(Answer answer, String tenant) {
        ObjectNode json = (ObjectNode) answer.json();
        json.remove("requestId");
        return json.toString().replace(tenant, "TENANT");
    }
}
