package io.streamgauge.control;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.streamgauge.control.IsolationRoutes.Access;
import io.streamgauge.control.IsolationRoutes.Route;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route of the API × every way of not being allowed in × the answer that is due. A route that
 * is not in {@link IsolationRoutes} fails the build.
 */
@SuppressWarnings("NullAway.Init") // before all tests
class IsolationMatrixIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static Scenario mine;
    private static Scenario theirs;
    private static Scenario inactive;
    private static String revokedKey;
    private static String tokenOfTwoTenants;

    /** Who knocks, and with what. */
    private enum Visitor {
        WITHOUT_CREDENTIAL,
        WITH_AN_EXPIRED_TOKEN,
        WITH_A_TOKEN_FOR_ANOTHER_AUDIENCE,
        WITH_A_TOKEN_OF_ANOTHER_ISSUER,
        WITH_A_TOKEN_OF_AN_UNKNOWN_KEY,
        WITH_AN_UNSIGNED_TOKEN,
        WITH_A_REVOKED_KEY,
        WITH_A_KEY_OF_A_WRONG_SECRET,
        NAMING_ANOTHER_TENANT,
        NAMING_A_TENANT_THAT_DOES_NOT_EXIST,
        NAMING_ANOTHER_TENANT_AS_PROMETHEUS_DOES,
        OF_SEVERAL_TENANTS_NAMING_NONE,
        OF_NO_TENANT,
        OF_AN_INACTIVE_TENANT,
        WITHOUT_THE_ROLE,
        WITH_A_KEY_WITHOUT_THE_SCOPE,
        ASKING_FOR_WHAT_IS_ANOTHERS
    }

    private record Case(Route route, Visitor visitor, int status) {

        @Override
        public String toString() {
            return route + " " + visitor + ": " + status;
        }
    }

    @BeforeAll
    static void prepare() {
        mine = Scenario.create(SERVER);
        theirs = Scenario.create(SERVER);
        inactive = Scenario.create(SERVER);
        revokedKey = mine.revokedKey();
        tokenOfTwoTenants = mine.tokenOfTwoTenants(theirs);
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenants SET active = false WHERE id = ?",
                                        inactive.tenant().value()));
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(
                        () ->
                                SERVER.admin(inactive.tenant()).get("/api/v1/streams").status()
                                        == 403);
    }

    @Test
    void knowsEveryRouteThatThereIs() {
        SortedSet<String> registered =
                SERVER.controlPlane().routes().stream()
                        .map(route -> route.method().text() + " " + route.pattern())
                        .collect(toCollection(TreeSet::new));

        SortedSet<String> known =
                IsolationRoutes.all().stream()
                        .map(Route::toString)
                        .collect(toCollection(TreeSet::new));

        assertThat(known).isEqualTo(registered);
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Route route : IsolationRoutes.all()) {
            for (Visitor visitor : Visitor.values()) {
                expected(route, visitor)
                        .ifPresent(status -> cases.add(new Case(route, visitor, status)));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void turnsAway(Case test) {
        Answer answer = visit(test.route(), test.visitor());

        assertThat(answer.status()).as(answer.body()).isEqualTo(test.status());
        assertThat(answer.body()).doesNotContain(Scenario.SECRET_WORD);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    static Stream<Route> routes() {
        return IsolationRoutes.all().stream();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void letsInWhoMayComeIn(Route route) {
        Scenario own = Scenario.create(SERVER);
        String token =
                switch (route.access()) {
                    case Access.Open open -> "";
                    case Access.Operator operator ->
                            SERVER.issuer().token(own.tenant(), "operator");
                    case Access.Authenticated any -> SERVER.issuer().token(own.tenant());
                    case Access.Scoped scoped -> SERVER.issuer().token(own.tenant(), "admin");
                };

        Answer answer = send(route, own, token);

        assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
    }

    static Stream<Route> routesThatHideIds() {
        return IsolationRoutes.all().stream().filter(Route::hidesForeignIds);
    }

    @ParameterizedTest
    @MethodSource("routesThatHideIds")
    void makesAForeignIdLookLikeAMissingOne(Route route) {
        String token = SERVER.issuer().token(mine.tenant(), "admin");
        Scenario.Kind kind = route.id().orElseThrow();
        String foreignId = theirs.id(kind);
        String missingId =
                kind == Scenario.Kind.TENANT ? "t-00000000" : UUID.randomUUID().toString();

        Answer foreign = send(route, foreignId, token, "X-Request-Id", "r");
        Answer missing = send(route, missingId, token, "X-Request-Id", "r");

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(withoutIds(foreign.body(), foreignId))
                .isEqualTo(withoutIds(missing.body(), missingId));
    }

    private static String withoutIds(String body, String ids) {
        String rest = body;
        for (String id : ids.split("/", -1)) {
            rest = rest.replace(id, "ID");
        }
        return rest;
    }

    private static OptionalInt expected(Route route, Visitor visitor) {
        if (route.access() instanceof Access.Open) {
            return OptionalInt.empty();
        }
        boolean scoped = route.access() instanceof Access.Scoped;
        boolean operator = route.access() instanceof Access.Operator;
        return switch (visitor) {
            case WITHOUT_CREDENTIAL,
                    WITH_AN_EXPIRED_TOKEN,
                    WITH_A_TOKEN_FOR_ANOTHER_AUDIENCE,
                    WITH_A_TOKEN_OF_ANOTHER_ISSUER,
                    WITH_A_TOKEN_OF_AN_UNKNOWN_KEY,
                    WITH_AN_UNSIGNED_TOKEN,
                    WITH_A_REVOKED_KEY,
                    WITH_A_KEY_OF_A_WRONG_SECRET ->
                    OptionalInt.of(401);
            case NAMING_ANOTHER_TENANT,
                    NAMING_A_TENANT_THAT_DOES_NOT_EXIST,
                    NAMING_ANOTHER_TENANT_AS_PROMETHEUS_DOES,
                    OF_AN_INACTIVE_TENANT ->
                    OptionalInt.of(403);
            case OF_SEVERAL_TENANTS_NAMING_NONE, OF_NO_TENANT ->
                    route.needsATenant() ? OptionalInt.of(400) : OptionalInt.empty();
            case WITHOUT_THE_ROLE, WITH_A_KEY_WITHOUT_THE_SCOPE ->
                    scoped || operator ? OptionalInt.of(403) : OptionalInt.empty();
            case ASKING_FOR_WHAT_IS_ANOTHERS ->
                    route.hidesForeignIds() ? OptionalInt.of(404) : OptionalInt.empty();
        };
    }

    private static Answer visit(Route route, Visitor visitor) {
        TestingIssuer issuer = SERVER.issuer();
        JWTClaimsSet good = mine.claims("admin").build();
        String token = issuer.token(good);
        return switch (visitor) {
            case WITHOUT_CREDENTIAL -> send(route, mine, "");
            case WITH_AN_EXPIRED_TOKEN ->
                    send(
                            route,
                            mine,
                            issuer.token(
                                    new JWTClaimsSet.Builder(good)
                                            .expirationTime(
                                                    Date.from(Instant.now().minusSeconds(60)))
                                            .build()));
            case WITH_A_TOKEN_FOR_ANOTHER_AUDIENCE ->
                    send(
                            route,
                            mine,
                            issuer.token(
                                    new JWTClaimsSet.Builder(good).audience("others").build()));
            case WITH_A_TOKEN_OF_ANOTHER_ISSUER ->
                    send(
                            route,
                            mine,
                            issuer.token(
                                    new JWTClaimsSet.Builder(good)
                                            .issuer("https://other.test")
                                            .build()));
            case WITH_A_TOKEN_OF_AN_UNKNOWN_KEY ->
                    send(route, mine, new TestingIssuer().token(good));
            case WITH_AN_UNSIGNED_TOKEN -> send(route, mine, unsigned(good));
            case WITH_A_REVOKED_KEY -> send(route, mine, revokedKey);
            case WITH_A_KEY_OF_A_WRONG_SECRET -> send(route, mine, mine.keyWithAWrongSecret());
            case NAMING_ANOTHER_TENANT ->
                    send(route, mine, token, "X-Tenant-Id", theirs.tenant().value());
            case NAMING_A_TENANT_THAT_DOES_NOT_EXIST ->
                    send(route, mine, token, "X-Tenant-Id", "t-00000000");
            case NAMING_ANOTHER_TENANT_AS_PROMETHEUS_DOES ->
                    send(route, mine, token, "X-Scope-OrgID", theirs.tenant().value());
            case OF_SEVERAL_TENANTS_NAMING_NONE -> send(route, mine, tokenOfTwoTenants);
            case OF_NO_TENANT ->
                    send(
                            route,
                            mine,
                            issuer.token(
                                    new JWTClaimsSet.Builder(good).claim("tenant", null).build()));
            case OF_AN_INACTIVE_TENANT ->
                    send(route, inactive, issuer.token(inactive.tenant(), "admin"));
            case WITHOUT_THE_ROLE ->
                    send(
                            route,
                            mine,
                            route.access() instanceof Access.Operator
                                    ? token
                                    : issuer.token(mine.tenant()));
            case WITH_A_KEY_WITHOUT_THE_SCOPE -> send(route, mine, mine.keyWithout(route.scope()));
            case ASKING_FOR_WHAT_IS_ANOTHERS -> send(route, theirs, token);
        };
    }

    private static Answer send(Route route, Scenario owner, String token, String... headers) {
        return send(route, route.id().map(owner::id).orElse(""), token, headers);
    }

    private static Answer send(Route route, String id, String token, String... headers) {
        String[] all =
                Stream.concat(Stream.of("If-Match", "*"), Stream.of(headers))
                        .toArray(String[]::new);
        return SERVER.with(token).send(route.method(), route.path(id), body(route), all);
    }

    private static @Nullable String body(Route route) {
        return route.body()
                .map(
                        it ->
                                it.replace(
                                        Scenario.NEW_TENANT,
                                        "n-" + UUID.randomUUID().toString().substring(0, 8)))
                .orElse(null);
    }

    private static String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(
                        new PlainHeader.Builder().type(new JOSEObjectType("at+jwt")).build(),
                        claims)
                .serialize();
    }
}
