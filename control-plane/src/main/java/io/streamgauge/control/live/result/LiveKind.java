package io.streamgauge.control.live.result;

import io.streamgauge.contracts.Topics;
import io.streamgauge.control.auth.Scope;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * What can be subscribed to; each kind has a topic of its own. The number is that of its log in
 * positions, which clients keep: it is never given to another kind.
 */
public enum LiveKind {
    AGGREGATES(0, "aggregates", "aggregate"),
    ALERTS(1, "alerts", "alert"),
    ANOMALIES(2, "anomalies", "anomaly"),
    DEFINITIONS(3, "definitions", "definition"),
    BANDS(4, "bands", "band"),
    /** Sampled from among what arrives, and so without a log to go on in. */
    EVENTS(-1, "events", "event");

    private final int log;
    private final String wireName;
    private final String member;

    LiveKind(int log, String wireName, String member) {
        this.log = log;
        this.wireName = wireName;
        this.member = member;
    }

    /** Whether its results are all told, and can be told again. */
    public boolean isLogged() {
        return log >= 0;
    }

    /** The number of its log. */
    public int log() {
        return log;
    }

    /** The kind that a log is of. */
    public static LiveKind ofLog(int log) {
        return Arrays.stream(values()).filter(it -> it.log == log).findFirst().orElseThrow();
    }

    /** Its name in a subscription. */
    public String wireName() {
        return wireName;
    }

    /** The name of one result in a frame. */
    public String member() {
        return member;
    }

    /** What a caller needs for it. */
    public Set<Scope> scopes() {
        return switch (this) {
            case AGGREGATES, ANOMALIES, BANDS, EVENTS -> Set.of(Scope.STREAMS_READ);
            case ALERTS -> Set.of(Scope.ALERTS_READ);
            case DEFINITIONS -> Set.of(Scope.STREAMS_READ, Scope.ALERTS_READ);
        };
    }

    /** Whether it is of streams only, so that one has to be named. */
    public boolean needsStream() {
        return this == AGGREGATES || this == ANOMALIES || this == BANDS || this == EVENTS;
    }

    /** Where its records are. */
    public String topic(Topics topics) {
        return switch (this) {
            case AGGREGATES -> topics.aggregates();
            case ALERTS -> topics.alerts();
            case ANOMALIES -> topics.anomalies();
            case BANDS -> topics.bands();
            case DEFINITIONS -> topics.control();
            case EVENTS -> topics.events();
        };
    }

    /** The kind whose log a topic is; empty where it is none's. */
    public static Optional<LiveKind> ofTopic(Topics topics, String name) {
        return Arrays.stream(values())
                .filter(LiveKind::isLogged)
                .filter(it -> it.topic(topics).equals(name))
                .findFirst();
    }
}
