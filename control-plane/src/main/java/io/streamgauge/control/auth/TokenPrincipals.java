package io.streamgauge.control.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenClaims;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads from the claims of a verified token who its bearer is and what they may do.
 *
 * <p>Roles of ours give scopes in each tenant that the token names; where it names none, the
 * memberships say what they give. Scopes of ours that the token names narrow either, and take the
 * operator's rights away: who asks for {@code streams:read} gets no more, whoever they are. A token
 * without a role of ours, as machines have, gives the scopes that it names. Roles and scopes of
 * other systems say nothing.
 */
final class TokenPrincipals {

    private final ClaimPath tenant;
    private final ClaimPath roles;
    private final ClaimPath scope;
    private final String operatorRole;
    private final Memberships memberships;

    /**
     * @param memberships for tokens that name no tenant
     */
    TokenPrincipals(TokenClaims claims, Memberships memberships) {
        this.tenant = new ClaimPath(claims.tenant());
        this.roles = new ClaimPath(claims.roles());
        this.scope = new ClaimPath(claims.scope());
        this.operatorRole = claims.operatorRole();
        this.memberships = memberships;
    }

    /**
     * Whom a token is about.
     *
     * @throws AuthenticationException where a claim has not the form that it needs
     */
    Principal of(JWTClaimsSet claims) throws AuthenticationException {
        Set<TenantId> tenants = tenants(claims);
        List<String> namedRoles = roles.texts(claims);
        Set<Scope> namedScopes = scopes(claims);
        boolean operator = namedRoles.contains(operatorRole);
        Map<TenantId, Set<Scope>> grants = new HashMap<>();
        if (tenants.isEmpty()) {
            memberships
                    .of(claims.getIssuer(), claims.getSubject())
                    .forEach((id, given) -> grants.put(id, narrowed(given, namedScopes)));
        } else {
            Optional<Set<Scope>> given = given(namedRoles);
            Set<Scope> scopes =
                    given.isPresent() || operator
                            ? narrowed(given.orElse(Set.of()), namedScopes)
                            : namedScopes;
            tenants.forEach(id -> grants.put(id, scopes));
        }
        return new Principal(
                AuthMethod.JWT,
                claims.getSubject(),
                grants,
                operator && namedScopes.isEmpty(),
                claims.getExpirationTime().toInstant());
    }

    private Set<TenantId> tenants(JWTClaimsSet claims) throws AuthenticationException {
        List<String> named = tenant.texts(claims);
        if (!named.stream().allMatch(TenantId::isValid)) {
            throw new AuthenticationException(
                    "token: claim %s is malformed (expected: a tenant id, or an array of them)"
                            .formatted(tenant.path()));
        }
        return named.stream().map(TenantId::new).collect(Collectors.toUnmodifiableSet());
    }

    /** What the roles of ours give; empty where there is none. */
    private static Optional<Set<Scope>> given(List<String> roles) {
        return roles.stream()
                .map(Role::ofWireName)
                .flatMap(Optional::stream)
                .map(Role::scopes)
                .reduce(TokenPrincipals::union);
    }

    private Set<Scope> scopes(JWTClaimsSet claims) throws AuthenticationException {
        return scope.texts(claims).stream()
                .flatMap(text -> Arrays.stream(text.split(" ")))
                .map(Scope::ofWireName)
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Scope> narrowed(Set<Scope> given, Set<Scope> named) {
        return named.isEmpty()
                ? given
                : given.stream().filter(named::contains).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Scope> union(Set<Scope> one, Set<Scope> other) {
        Set<Scope> both = EnumSet.noneOf(Scope.class);
        both.addAll(one);
        both.addAll(other);
        return both;
    }
}
