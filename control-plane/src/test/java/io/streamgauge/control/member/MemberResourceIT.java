package io.streamgauge.control.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.junit.jupiter.params.provider.ValueSource;

class MemberResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String MEMBERS = MemberResource.PATH;
    private static final String STREAMS = "/api/v1/streams";

    private TenantId tenant;
    private ApiClient client;
    private String subject;

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        subject = "user-" + UUID.randomUUID();
    }

    @Test
    void addsAMemberOfTheUsualIssuer() {
        Answer created = client.post(MEMBERS, member(subject, "viewer"));

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.json().path("issuer").asText()).isEqualTo(TestingIssuer.ISSUER);
        assertThat(created.json().path("subject").asText()).isEqualTo(subject);
        assertThat(created.json().path("role").asText()).isEqualTo("viewer");
        assertThat(created.header("Location"))
                .isEqualTo(MEMBERS + "/" + created.json().path("userId").asText());
        Answer read = client.get(created.header("Location"));
        assertThat(read.json()).isEqualTo(created.json());
        assertThat(read.header("ETag")).isEqualTo(created.header("ETag"));
        assertThat(client.get(MEMBERS).json().at("/items/0")).isEqualTo(created.json());
    }

    @Test
    void letsMembersInWithTokensThatNameNoTenantAtOnce() {
        ApiClient user = user(subject);
        assertThat(user.get(STREAMS).status()).as("a stranger").isEqualTo(400);

        Answer created = client.post(MEMBERS, member(subject, "viewer"));
        assertThat(user.get(STREAMS).status()).isEqualTo(200);
        assertThat(user.post(STREAMS, "{}").status()).as("as viewer").isEqualTo(403);

        String path = created.header("Location");
        client.put(path, member(subject, "editor"), "If-Match", "*");
        assertThat(user.post(STREAMS, "{}").status()).as("as editor").isEqualTo(400);
        assertThat(user.get(MEMBERS).status()).as("as editor").isEqualTo(403);

        client.put(path, member(subject, "admin"), "If-Match", "*");
        assertThat(user.get(MEMBERS).status()).as("as admin").isEqualTo(200);

        client.delete(path, "If-Match", "*");
        Answer refused = user.get(STREAMS);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("code").asText()).isEqualTo("tenant-required");
        assertThat(user.get(STREAMS, "X-Tenant-Id", tenant.value()).status()).isEqualTo(403);
    }

    @Test
    void letsAUserBeAMemberOfSeveralTenantsAndEachNameThemAsItLikes() {
        TenantId second = SERVER.backends().newTenant();
        ApiClient secondAdmin = SERVER.admin(second);
        ApiClient user = user(subject);

        Answer here = client.post(MEMBERS, member(subject, "viewer", "Known here"));
        Answer there = secondAdmin.post(MEMBERS, member(subject, "editor", "Known there"));

        assertThat(there.json().path("userId")).isEqualTo(here.json().path("userId"));
        assertThat(there.body()).doesNotContain("Known here");
        assertThat(client.get(here.header("Location")).json().path("name").asText())
                .isEqualTo("Known here");
        assertThat(user.get(STREAMS).json().path("code").asText()).isEqualTo("tenant-required");
        assertThat(user.get(STREAMS, "X-Tenant-Id", second.value()).status()).isEqualTo(200);

        client.delete(here.header("Location"), "If-Match", "*");

        assertThat(user.get(STREAMS).status()).as("one is left").isEqualTo(200);
        assertThat(secondAdmin.get(there.header("Location")).status()).isEqualTo(200);
    }

    @Test
    void refusesAMemberTwice() {
        client.post(MEMBERS, member(subject, "viewer"));

        Answer again = client.post(MEMBERS, member(subject, "admin"));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("code").asText()).isEqualTo("already-exists");
        assertThat(again.json().at("/errors/0/pointer").asText()).isEqualTo("#/subject");
    }

    @Test
    void changesAMemberOnlyInTheVersionThatTheChangeWasMadeFor() {
        Answer created = client.post(MEMBERS, member(subject, "viewer"));
        String path = created.header("Location");
        String first = created.header("ETag");
        String changed = member(subject, "editor");

        Answer without = client.put(path, changed);
        Answer good = client.put(path, changed, "If-Match", first);
        Answer same = client.put(path, good.body(), "If-Match", good.header("ETag"));
        Answer stale = client.put(path, changed, "If-Match", first);
        Answer staleDelete = client.delete(path, "If-Match", first);
        Answer invalid = client.put(path, "{}", "If-Match", "*");

        assertThat(without.status()).isEqualTo(428);
        assertThat(good.status()).as(good.body()).isEqualTo(200);
        assertThat(good.json().path("version").asInt()).isEqualTo(2);
        assertThat(same.json()).isEqualTo(good.json());
        assertThat(stale.status()).isEqualTo(412);
        assertThat(staleDelete.status()).isEqualTo(412);
        assertThat(invalid.status()).isEqualTo(400);
        assertThat(client.get(path, "If-None-Match", good.header("ETag")).status()).isEqualTo(304);
    }

    @Test
    void tellsAMemberWhoCameAgainFromTheOneWhoLeft() {
        SERVER.admin(SERVER.backends().newTenant()).post(MEMBERS, member(subject, "viewer"));
        Answer first = client.post(MEMBERS, member(subject, "viewer"));
        client.delete(first.header("Location"), "If-Match", "*");

        Answer second = client.post(MEMBERS, member(subject, "viewer"));

        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.header("ETag")).isNotEqualTo(first.header("ETag"));
    }

    @Test
    void forgetsWhoIsAMemberOfNothingAnyMore() {
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());
        String here = client.post(MEMBERS, member(subject, "viewer")).header("Location");
        String there = other.post(MEMBERS, member(subject, "viewer")).header("Location");

        assertThat(client.delete(here, "If-Match", "*").status()).isEqualTo(204);
        assertThat(registered(subject)).as("a member elsewhere").isEqualTo(1);

        assertThat(other.delete(there, "If-Match", "*").status()).isEqualTo(204);
        assertThat(registered(subject)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "editor"})
    void isForAdministratorsOnly(String role) {
        String path = client.post(MEMBERS, member(subject, "viewer")).header("Location");
        ApiClient other = SERVER.with(SERVER.issuer().token(tenant, role));

        for (Answer answer :
                List.of(
                        other.get(MEMBERS),
                        other.post(MEMBERS, member("x", "viewer")),
                        other.get(path),
                        other.put(path, member(subject, "admin"), "If-Match", "*"),
                        other.delete(path, "If-Match", "*"))) {
            assertThat(answer.status()).isEqualTo(403);
        }
    }

    @Test
    void letsNobodyGiveARoleThatMayDoMoreThanThey() {
        ApiClient narrowed =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "admin")
                                                .claim(
                                                        "scope",
                                                        "tenant:admin tenant:read streams:read"
                                                                + " alerts:read")
                                                .build()));

        Answer viewer = narrowed.post(MEMBERS, member(subject, "viewer"));
        Answer editor = narrowed.post(MEMBERS, member("x", "editor"));
        Answer admin =
                narrowed.put(viewer.header("Location"), member(subject, "admin"), "If-Match", "*");

        assertThat(viewer.status()).isEqualTo(201);
        for (Answer refused : List.of(editor, admin)) {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("code").asText()).isEqualTo("insufficient-scope");
        }
    }

    @Test
    void letsTheLastAdministratorGo() {
        Answer created = client.post(MEMBERS, member(subject, "admin"));

        Answer left = user(subject).delete(created.header("Location"), "If-Match", "*");

        assertThat(left.status()).isEqualTo(204);
        ApiClient operator =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "operator")
                                                .claim("tenant", null)
                                                .build()));
        assertThat(
                        operator.post(
                                        MEMBERS,
                                        member(subject, "admin"),
                                        "X-Tenant-Id",
                                        tenant.value())
                                .status())
                .as("an operator can add one")
                .isEqualTo(201);
    }

    @Test
    void showsAnotherTenantsMemberAsMissing() {
        String path = client.post(MEMBERS, member(subject, "viewer")).header("Location");
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());

        Answer foreign = other.get(path);
        Answer missing = other.get(MEMBERS + "/00000000-0000-4000-8000-000000000000");

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(shape(foreign)).isEqualTo(shape(missing));
        assertThat(other.get(MEMBERS + "/x").status()).isEqualTo(404);
        assertThat(other.put(path, member(subject, "admin"), "If-Match", "*").status())
                .isEqualTo(404);
        assertThat(other.delete(path, "If-Match", "*").status()).isEqualTo(404);
        assertThat(other.get(MEMBERS).json().path("items")).isEmpty();
    }

    @Test
    void listsMembersPageByPageInTheOrderOfTheirSubjects() {
        List<String> subjects =
                List.of("A", "B", "a", "a@" + "x".repeat(250), "b", "\u00e9".repeat(255));
        subjects.forEach(it -> client.post(MEMBERS, member(it, "viewer")));

        List<String> listed = new ArrayList<>();
        String path = MEMBERS + "?limit=1";
        while (!path.isEmpty()) {
            Answer page = client.get(path);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json().path("items").forEach(item -> listed.add(item.path("subject").asText()));
            String link = page.header("Link");
            path = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }

        assertThat(listed).containsExactlyElementsOf(subjects);
    }

    /** Someone whose token names no tenant. */
    private static ApiClient user(String subject) {
        return SERVER.with(
                SERVER.issuer()
                        .token(
                                TestingIssuer.claims(new TenantId("unused"))
                                        .subject(subject)
                                        .claim("tenant", null)
                                        .claim("roles", null)
                                        .build()));
    }

    private static String member(String subject, String role) {
        return member(subject, role, "");
    }

    private static String member(String subject, String role, String name) {
        return "{\"subject\": \"%s\", \"role\": \"%s\", \"name\": \"%s\"}"
                .formatted(subject, role, name);
    }

    /** A problem without what differs between any two. */
    private static JsonNode shape(Answer answer) {
        ObjectNode json = (ObjectNode) answer.json();
        json.remove(List.of("requestId", "instance", "detail"));
        return json;
    }

    private static int registered(String subject) {
        return SERVER.backends()
                .owner()
                .withHandle(
                        handle ->
                                handle.createQuery(
                                                "SELECT count(*) FROM users WHERE subject ="
                                                        + " :subject")
                                        .bind("subject", subject)
                                        .mapTo(Integer.class)
                                        .one());
    }
}
