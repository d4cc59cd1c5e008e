package io.streamgauge.control.auth;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a principal may do within a tenant; the {@code scope} claim of OAuth 2 names them. */
public enum Scope {
    /** See stream definitions and results. */
    STREAMS_READ("streams:read"),
    /** Change stream definitions. */
    STREAMS_WRITE("streams:write"),
    /** Send events. */
    EVENTS_WRITE("events:write"),
    /** See alerts and what they found. */
    ALERTS_READ("alerts:read"),
    /** Change, acknowledge and silence alerts. */
    ALERTS_WRITE("alerts:write"),
    /** See the tenant's tier, quotas and use. */
    TENANT_READ("tenant:read"),
    /** Manage members and API keys, and read the audit log. */
    TENANT_ADMIN("tenant:admin");

    private static final Set<Scope> ALL = Set.copyOf(EnumSet.allOf(Scope.class));

    private final String wireName;

    Scope(String wireName) {
        this.wireName = wireName;
    }

    /** Name in tokens. */
    public String wireName() {
        return wireName;
    }

    /** Every scope. */
    public static Set<Scope> all() {
        return ALL;
    }

    /** Empty where there is no such scope; a token may name scopes of other systems. */
    public static Optional<Scope> ofWireName(String name) {
        return Arrays.stream(values()).filter(it -> it.wireName.equals(name)).findFirst();
    }
}
