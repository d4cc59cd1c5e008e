package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.JWTClaimsSet;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenClaims;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenPrincipalsTest {

    private static final TenantId NORTH = new TenantId("north");
    private static final TenantId SOUTH = new TenantId("south");
    private static final TokenClaims DEFAULT = TokenClaims.DEFAULT;

    private static TokenClaims paths(String tenant, String roles) {
        return new TokenClaims(tenant, roles, "scope", "operator");
    }

    static Stream<Arguments> formsOfClaims() {
        return Stream.of(
                arguments(DEFAULT, "{'tenant': 'north', 'roles': ['viewer']}"),
                arguments(DEFAULT, "{'tenant': ['north'], 'roles': 'viewer'}"),
                arguments(DEFAULT, "{'tenant': ['north', 'north'], 'roles': ['viewer', 'x']}"),
                arguments(
                        paths("tenant", "realm_access.roles"),
                        "{'tenant': 'north', 'realm_access': {'roles': ['viewer']}}"),
                arguments(
                        paths("a.b.c", "resource_access.streamgauge.roles"),
                        "{'a': {'b': {'c': ['north']}}, 'resource_access': {'streamgauge':"
                                + " {'roles': ['viewer']}}}"),
                arguments(
                        paths("https://example.org/tenant", "https://example.org/roles"),
                        "{'https://example.org/tenant': 'north', 'https://example.org/roles':"
                                + " ['viewer']}"),
                arguments(
                        paths("a.b", "roles"),
                        "{'a.b': 'north', 'a': {'b': 'south'}, 'roles': ['viewer']}"));
    }

    @ParameterizedTest
    @MethodSource("formsOfClaims")
    void findsTenantAndRolesWhereTheConfigurationSays(TokenClaims paths, String claims)
            throws Exception {
        Principal principal = read(paths, claims);

        assertThat(principal.grants()).containsOnly(Map.entry(NORTH, Role.VIEWER.scopes()));
        assertThat(principal.operator()).isFalse();
        assertThat(principal.method()).isEqualTo(AuthMethod.JWT);
        assertThat(principal.subject()).isEqualTo("someone");
        assertThat(principal.expiresAt()).isEqualTo(Instant.ofEpochSecond(2_000_000_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'tenant': 7}",
                "{'tenant': {'id': 'north'}}",
                "{'tenant': ['north', null]}",
                "{'tenant': ['north', ['south']]}",
                "{'tenant': ''}",
                "{'tenant': 'North'}",
                "{'tenant': ['north', 'no such form']}",
                "{'tenant': 'north,south'}",
                "{'tenant': 'north', 'roles': 7}",
                "{'tenant': 'north', 'roles': [{}]}",
                "{'tenant': 'north', 'scope': true}"
            })
    void refusesClaimsOfAnotherForm(String claims) {
        assertThatThrownBy(() -> read(DEFAULT, claims))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageStartingWith("token: claim ")
                .hasMessageContaining("(expected: ");
    }

    @Test
    void doesNotLookIntoWhatIsNoObject() throws Exception {
        Principal principal =
                read(
                        paths("tenant", "realm_access.roles"),
                        "{'tenant': 'north', 'realm_access': ['roles']}");

        assertThat(principal.grants()).containsOnly(Map.entry(NORTH, Set.of()));
    }

    @Test
    void givesTheSameInEachTenantThatTheTokenNames() throws Exception {
        Principal principal =
                read(DEFAULT, "{'tenant': ['north', 'south'], 'roles': ['viewer', 'editor']}");

        assertThat(principal.grants())
                .containsOnly(
                        Map.entry(NORTH, Role.EDITOR.scopes()),
                        Map.entry(SOUTH, Role.EDITOR.scopes()));
    }

    static Stream<Arguments> rolesAndScopes() {
        return Stream.of(
                arguments("{'roles': ['viewer']}", Role.VIEWER.scopes()),
                arguments("{'roles': []}", Set.of()),
                arguments("{'roles': ['Viewer', 'VIEWER', 'viewer ']}", Set.of()),
                // narrowed, never widened
                arguments(
                        "{'roles': ['admin'], 'scope': 'openid streams:read'}",
                        Set.of(Scope.STREAMS_READ)),
                arguments(
                        "{'roles': ['viewer'], 'scope': 'streams:read streams:write'}",
                        Set.of(Scope.STREAMS_READ)),
                arguments("{'roles': ['viewer'], 'scope': 'streams:write'}", Set.of()),
                // scopes of other systems say nothing
                arguments("{'roles': ['editor'], 'scope': 'openid profile'}", Role.EDITOR.scopes()),
                arguments("{'roles': ['editor'], 'scope': ''}", Role.EDITOR.scopes()),
                // machines
                arguments("{'scope': 'events:write'}", Set.of(Scope.EVENTS_WRITE)),
                arguments(
                        "{'roles': ['of-another-system'], 'scope': 'events:write streams:read'}",
                        Set.of(Scope.EVENTS_WRITE, Scope.STREAMS_READ)),
                arguments(
                        "{'scope': ['events:write', 'streams:read']}",
                        Set.of(Scope.EVENTS_WRITE, Scope.STREAMS_READ)),
                arguments("{'scope': 'events:writeX EVENTS:WRITE events'}", Set.of()),
                arguments("{'roles': null}", Set.of()),
                // the operator's role gives nothing within a tenant
                arguments("{'roles': ['operator'], 'scope': 'events:write'}", Set.of()));
    }

    @ParameterizedTest
    @MethodSource("rolesAndScopes")
    void givesWhatTheRolesGiveAsFarAsScopesLeaveIt(String claims, Set<Scope> expected)
            throws Exception {
        Principal principal = read(DEFAULT, claims.replaceFirst("\\{", "{'tenant': 'north', "));

        assertThat(principal.grants()).containsOnly(Map.entry(NORTH, expected));
    }

    @Test
    void takesScopesFromTheConfiguredClaim() throws Exception {
        Principal principal =
                read(
                        new TokenClaims("tenant", "roles", "scp", "operator"),
                        "{'tenant': 'north', 'scp': ['events:write'], 'scope': 'streams:read'}");

        assertThat(principal.grants()).containsOnly(Map.entry(NORTH, Set.of(Scope.EVENTS_WRITE)));
    }

    @Test
    void knowsOperatorsByTheConfiguredRole() throws Exception {
        TokenClaims claims = new TokenClaims("tenant", "roles", "scope", "sg-operator");

        assertThat(read(claims, "{'roles': ['sg-operator']}").operator()).isTrue();
        assertThat(read(claims, "{'roles': ['operator']}").operator()).isFalse();
    }

    @Test
    void takesTheOperatorsRightsFromATokenThatAsksForLess() throws Exception {
        assertThat(read(DEFAULT, "{'roles': ['operator'], 'scope': 'openid'}").operator()).isTrue();
        assertThat(read(DEFAULT, "{'roles': ['operator'], 'scope': 'streams:read'}").operator())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'tenant': null}", "{'tenant': []}"})
    void asksTheMembershipsWhereTheTokenNamesNoTenant(String claims) throws Exception {
        assertThat(read(DEFAULT, claims).grants())
                .containsOnly(
                        Map.entry(NORTH, Role.VIEWER.scopes()),
                        Map.entry(SOUTH, Role.ADMIN.scopes()));
    }

    @Test
    void narrowsMembershipsByTheScopesOfTheToken() throws Exception {
        assertThat(read(DEFAULT, "{'scope': 'streams:read events:write'}").grants())
                .containsOnly(
                        Map.entry(NORTH, Set.of(Scope.STREAMS_READ)),
                        Map.entry(SOUTH, Set.of(Scope.STREAMS_READ, Scope.EVENTS_WRITE)));
    }

    @Test
    void doesNotAskTheMembershipsWhereTheTokenNamesATenant() throws Exception {
        assertThat(read(DEFAULT, "{'tenant': 'north'}").grants())
                .containsOnly(Map.entry(NORTH, Set.of()));
    }

    private static Principal read(TokenClaims paths, String claims)
            throws ParseException, AuthenticationException {
        JWTClaimsSet set =
                new JWTClaimsSet.Builder(JWTClaimsSet.parse(claims.replace('\'', '"')))
                        .issuer("https://issuer.test")
                        .subject("someone")
                        .expirationTime(Date.from(Instant.ofEpochSecond(2_000_000_000)))
                        .build();
        Memberships memberships =
                (issuer, subject) -> {
                    assertThat(issuer).isEqualTo("https://issuer.test");
                    assertThat(subject).isEqualTo("someone");
                    return Map.of(NORTH, Role.VIEWER.scopes(), SOUTH, Role.ADMIN.scopes());
                };
        return new TokenPrincipals(paths, memberships).of(set);
    }
}
