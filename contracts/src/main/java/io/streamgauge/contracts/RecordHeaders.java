package io.streamgauge.contracts;

/** Names of the Kafka record headers; every value is UTF-8 text. */
public final class RecordHeaders {

    /** The tenant that a record belongs to. */
    public static final String TENANT = "sg-tenant";

    /** The stream that a record belongs to: its id, or, from direct producers, its name. */
    public static final String STREAM = "sg-stream";

    /**
     * When the gateway took the event in, or made the heartbeat: milliseconds since the epoch.
     * Moves the platform's clock; absent on direct producers' records, which do not.
     */
    public static final String ARRIVAL = "sg-arrival";

    /**
     * Version of the stream's definition that the gateway validated the event with. A job that
     * knows only an older version waits for this one.
     */
    public static final String DEFINITION_VERSION = "sg-definition-version";

    /** {@link #HEARTBEAT} on records that only move the clock; absent on events. */
    public static final String KIND = "sg-kind";

    /** Value of {@link #KIND}. */
    public static final String HEARTBEAT = "heartbeat";

    /** On aggregates: {@code early}, {@code on-time} or {@code late}. */
    public static final String TIMING = "sg-timing";

    /** Media type of the value. */
    public static final String CONTENT_TYPE = "content-type";

    private RecordHeaders() {}
}
