package io.streamgauge.control.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A bundle of scopes; the {@code roles} claim names them. */
enum Role {
    /** Sees definitions and results. */
    VIEWER,
    /** Also changes definitions and sends events. */
    EDITOR,
    /** May do everything within its tenant. */
    ADMIN;

    Set<Scope> scopes() {
        return switch (this) {
            case VIEWER -> Set.of(Scope.STREAMS_READ);
            case EDITOR -> Set.of(Scope.STREAMS_READ, Scope.STREAMS_WRITE, Scope.EVENTS_WRITE);
            case ADMIN -> Set.of(Scope.values());
        };
    }

    /** Empty where there is no such role; a token may name roles of other systems. */
    static Optional<Role> ofWireName(String name) {
        for (Role role : values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
