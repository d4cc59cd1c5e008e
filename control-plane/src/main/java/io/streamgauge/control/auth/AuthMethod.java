package io.streamgauge.control.auth;

import java.util.Arrays;
import java.util.Optional;

/** How a principal shows who it is. */
public enum AuthMethod {
    /** A signed token of an identity provider, or of the local installation. */
    JWT("jwt"),
    /** A key that a tenant's administrator made. */
    API_KEY("api-key");

    private final String wireName;

    AuthMethod(String wireName) {
        this.wireName = wireName;
    }

    /** Name in the configuration and in the audit log. */
    public String wireName() {
        return wireName;
    }

    /** Empty where there is no such method. */
    public static Optional<AuthMethod> ofWireName(String name) {
        return Arrays.stream(values()).filter(it -> it.wireName.equals(name)).findFirst();
    }
}
