package io.streamgauge.control.tenant;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a tenant's use is limited of. The wire name is the {@code resource_type} of the tables and
 * the name in the API.
 */
public enum Quota {
    /** Streams; counted in the database. */
    STREAMS("streams", true),
    /** Alerts; counted in the database. */
    ALERTS("alerts", true),
    /** Silences; counted in the database. */
    SILENCES("silences", true),
    /** API keys; counted in the database. */
    API_KEYS("api-keys", true),
    /** Users with a role in the tenant; counted in the database. */
    MEMBERS("members", true),
    /** Combinations of dimension values in use at a time, for each stream. */
    SERIES_PER_STREAM("series-per-stream", false),
    /** Partial matches of an alert's sequence, for each of its keys. */
    PARTIAL_MATCHES_PER_KEY("partial-matches-per-key", false),
    /** Instances of an alert that are pending or firing at a time. */
    OPEN_INSTANCES_PER_ALERT("open-instances-per-alert", false),
    /** Units of work that alerts may make in a subtask of the job and a second of its clock. */
    EVALUATION_COST_PER_SECOND("evaluation-cost-per-second", false),
    /** Events taken in, on average over a few seconds. */
    EVENTS_PER_SECOND("events-per-second", false),
    /** Requests other than ingest. */
    REQUESTS_PER_HOUR("requests-per-hour", false),
    /** WebSocket connections open at a time. */
    LIVE_CONNECTIONS("live-connections", false),
    /** Subscriptions of these at a time. */
    LIVE_SUBSCRIPTIONS("live-subscriptions", false),
    /** Days that results are kept. */
    RETENTION_DAYS("retention-days", false);

    private final String wireName;
    private final boolean counted;

    Quota(String wireName, boolean counted) {
        this.wireName = wireName;
        this.counted = counted;
    }

    /** Name in the API and in the tables. */
    public String wireName() {
        return wireName;
    }

    /** Whether the database counts what is used, in the transactions that use it. */
    public boolean isCounted() {
        return counted;
    }

    /** Empty where no quota has this name. */
    public static Optional<Quota> ofWireName(String name) {
        return Arrays.stream(values()).filter(it -> it.wireName.equals(name)).findFirst();
    }
}
