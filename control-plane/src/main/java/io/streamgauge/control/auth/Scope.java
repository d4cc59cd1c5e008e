package io.streamgauge.control.auth;

/** What a principal may do; the {@code scope} claim of OAuth 2 names them. */
public enum Scope {
    STREAMS_READ("streams:read"),
    STREAMS_WRITE("streams:write"),
    EVENTS_WRITE("events:write");

    private final String wireName;

    Scope(String wireName) {
        this.wireName = wireName;
    }

    /** Name in tokens. */
    public String wireName() {
        return wireName;
    }
}
