package io.streamgauge.control;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.testing.AlertRows;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.ModelRows;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A tenant with one of everything, made through the API as its administrator would. */
final class Scenario {

    /** What an id in a path can be of. */
    enum Kind {
        STREAM,
        /** One that nothing has an alert of. */
        FREE_STREAM,
        ALERT,
        INSTANCE,
        SILENCE,
        /** The active one, after another. */
        MODEL,
        TRAINING,
        /** With its stream before it. */
        EXCLUSION,
        /** With its stream before it; one of which something was said. */
        ANOMALY,
        KEY,
        MEMBER,
        TENANT,
        DELETED_TENANT
    }

    /** A word that must not be seen by anybody else. */
    static final String SECRET_WORD = "confidential";

    static final String STREAM =
            """
            {"name": "%s", "description": "%s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """
                    .formatted("metrics", SECRET_WORD);

    /** Of the first stream; as the API takes it for a change. */
    static final String ALERT = alert("too-high", 1);

    static final String SILENCE =
            """
            {"matchers": [{"name": "team", "value": "infra"}], "for": "1h", "reason": "%s"}\
            """
                    .formatted(SECRET_WORD);

    static final String EXCLUSION =
            """
            {"for": "1h", "reason": "%s"}\
            """
                    .formatted(SECRET_WORD);

    private static final String FREE_STREAM =
            """
            {"name": "free", "description": "%s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """
                    .formatted(SECRET_WORD);

    /** Stands in bodies for the id of a tenant that is to be made. */
    static final String NEW_TENANT = "NEW-TENANT";

    private final RunningControlPlane server;
    private final TenantId tenant;
    private final Map<Kind, String> ids = new EnumMap<>(Kind.class);
    private final String key;
    private final String keyOfAnotherKind;

    private Scenario(RunningControlPlane server) {
        this.server = server;
        tenant = server.backends().newTenant();
        ApiClient admin = server.admin(tenant);
        ids.put(Kind.TENANT, tenant.value());
        ids.put(Kind.STREAM, created(admin.post("/api/v1/streams", STREAM), "id"));
        ids.put(Kind.FREE_STREAM, created(admin.post("/api/v1/streams", FREE_STREAM), "id"));
        Answer alert = admin.post("/api/v1/alerts", ALERT);
        ids.put(Kind.ALERT, created(alert, "id"));
        assertThat(
                        admin.put(
                                        "/api/v1/alerts/too-high/shadow",
                                        alert("too-high", 2),
                                        "If-Match",
                                        "*")
                                .status())
                .isEqualTo(200);
        ids.put(Kind.INSTANCE, instance());
        ids.put(Kind.SILENCE, created(admin.post("/api/v1/silences", SILENCE), "id"));
        addDetection(admin);
        Answer made =
                admin.post(
                        "/api/v1/api-keys",
                        "{\"name\": \"%s\", \"scopes\": [\"streams:read\", \"events:write\"]}"
                                .formatted(SECRET_WORD));
        ids.put(Kind.KEY, created(made, "id"));
        key = made.json().path("key").asText();
        keyOfAnotherKind =
                admin.post(
                                "/api/v1/api-keys",
                                "{\"name\": \"another kind\", \"scopes\": [\"tenant:read\"]}")
                        .json()
                        .path("key")
                        .asText();
        ids.put(
                Kind.MEMBER,
                created(
                        admin.post(
                                "/api/v1/members",
                                "{\"subject\": \"%s\", \"name\": \"%s\", \"role\": \"viewer\"}"
                                        .formatted(UUID.randomUUID(), SECRET_WORD)),
                        "userId"));
    }

    private void addDetection(ApiClient admin) {
        String stream = id(Kind.STREAM);
        String path = "/api/v1/streams/" + stream;
        ModelRows rows = new ModelRows(server.backends(), tenant, stream);
        UUID unused = rows.insert(1, "retired", SECRET_WORD);
        ids.put(Kind.MODEL, rows.insert(2, "active", SECRET_WORD).toString());
        ids.put(Kind.TRAINING, rows.insertTraining(SECRET_WORD).toString());
        ids.put(
                Kind.EXCLUSION,
                stream
                        + "/"
                        + created(admin.post(path + "/detection/exclusions", EXCLUSION), "id"));
        UUID anomaly = rows.insertAnomaly();
        assertThat(
                        admin.post(
                                        path + "/anomalies/" + anomaly + "/feedback",
                                        "{\"verdict\": true, \"note\": \"%s\"}"
                                                .formatted(SECRET_WORD))
                                .status())
                .isEqualTo(200);
        ids.put(Kind.ANOMALY, stream + "/" + anomaly);
    }

    /** As the projection stores it. */
    private String instance() {
        AlertId alert = AlertId.parse(id(Kind.ALERT)).orElseThrow();
        return new AlertRows(server.backends(), tenant)
                .insert(
                        AlertRows.Instance.firing(alert, "{}", Instant.now())
                                .labelled("{\"word\": \"%s\"}".formatted(SECRET_WORD)))
                .toString();
    }

    /** An alert of the first stream. */
    static String alert(String name, int level) {
        return """
        {"name": "%s", "description": "%s", "stream": "metrics",
         "condition": {"kind": "threshold", "measure": "v", "op": ">", "value": %d}}\
        """
                .formatted(name, SECRET_WORD, level);
    }

    static Scenario create(RunningControlPlane server) {
        return new Scenario(server);
    }

    TenantId tenant() {
        return tenant;
    }

    /** The id of one of its resources. */
    String id(Kind kind) {
        return kind == Kind.DELETED_TENANT ? deletedTenant() : requireNonNull(ids.get(kind));
    }

    /** A key that is not good for a scope. */
    String keyWithout(Optional<Scope> scope) {
        boolean has =
                scope.filter(it -> it == Scope.STREAMS_READ || it == Scope.EVENTS_WRITE)
                        .isPresent();
        return has ? keyOfAnotherKind : key;
    }

    /** The same key, guessed. */
    String keyWithAWrongSecret() {
        char last = key.charAt(key.length() - 1);
        return key.substring(0, key.length() - 1) + (last == 'A' ? 'B' : 'A');
    }

    /** A key that was taken back; waits until that is seen. */
    String revokedKey() {
        ApiClient admin = server.admin(tenant);
        Answer made =
                admin.post(
                        "/api/v1/api-keys",
                        "{\"name\": \"revoked\", \"scopes\": [\"streams:read\"]}");
        String revoked = made.json().path("key").asText();
        assertThat(
                        admin.delete("/api/v1/api-keys/" + created(made, "id"), "If-Match", "*")
                                .status())
                .isEqualTo(204);
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> server.with(revoked).get("/api/v1/streams").status() == 401);
        return revoked;
    }

    /** A token of an administrator of this tenant and of another one. */
    String tokenOfTwoTenants(Scenario other) {
        String subject = UUID.randomUUID().toString();
        for (Scenario scenario : List.of(this, other)) {
            created(
                    server.admin(scenario.tenant)
                            .post(
                                    "/api/v1/members",
                                    "{\"subject\": \"%s\", \"role\": \"admin\"}"
                                            .formatted(subject)),
                    "userId");
        }
        return server.issuer()
                .token(claims("viewer").subject(subject).claim("tenant", null).build());
    }

    /** What a good token of this tenant says. */
    JWTClaimsSet.Builder claims(String role) {
        return TestingIssuer.claims(tenant, role);
    }

    private String deletedTenant() {
        TenantId doomed = server.backends().newTenant();
        ApiClient operator = server.with(server.issuer().token(tenant, "operator"));
        assertThat(operator.delete("/api/v1/tenants/" + doomed, "If-Match", "*").status())
                .isEqualTo(202);
        return doomed.value();
    }

    private static String created(Answer answer, String member) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().path(member).asText();
    }
}
