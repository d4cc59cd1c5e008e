package io.streamgauge.control.redis;

/** What replicas tell each other has changed. The wire name is part of a channel's name. */
public enum Topic {
    /** Cached responses; the key is a tenant's id. */
    CACHE("cache"),
    /** API keys; the key is a key's public prefix. */
    API_KEYS("api-keys"),
    /** Tenants: tier, quotas, activity; the key is a tenant's id. */
    TENANTS("tenants"),
    /** Who belongs to which tenants; the key tells nothing. */
    MEMBERS("members");

    private final String wireName;

    Topic(String wireName) {
        this.wireName = wireName;
    }

    /** Name in channels. */
    String wireName() {
        return wireName;
    }
}
