package io.streamgauge.control.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A bundle of scopes within a tenant; the roles claim and memberships name them. */
public enum Role {
    /** Sees definitions and results. */
    VIEWER,
    /** Also changes definitions and sends events. */
    EDITOR,
    /** May do everything within its tenant. */
    ADMIN;

    private static final Set<Scope> VIEWERS =
            Set.of(Scope.STREAMS_READ, Scope.ALERTS_READ, Scope.TENANT_READ);
    private static final Set<Scope> EDITORS =
            Set.of(
                    Scope.STREAMS_READ,
                    Scope.ALERTS_READ,
                    Scope.TENANT_READ,
                    Scope.STREAMS_WRITE,
                    Scope.EVENTS_WRITE,
                    Scope.ALERTS_WRITE);

    /** What the role allows. */
    public Set<Scope> scopes() {
        return switch (this) {
            case VIEWER -> VIEWERS;
            case EDITOR -> EDITORS;
            case ADMIN -> Scope.all();
        };
    }

    /** Name in tokens, tables and the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty where there is no such role; a token may name roles of other systems. */
    public static Optional<Role> ofWireName(String name) {
        for (Role role : values()) {
            if (role.wireName().equals(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
