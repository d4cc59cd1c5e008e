package io.streamgauge.control.live;

import io.streamgauge.contracts.Topics;
import io.streamgauge.control.auth.Scope;
import java.util.Arrays;
import java.util.Optional;

/** What can be subscribed to; each kind has a topic of its own. */
enum LiveKind {
    AGGREGATES(0, "aggregates", "aggregate", Scope.STREAMS_READ),
    ALERTS(1, "alerts", "alert", Scope.ALERTS_READ);

    private final int log;
    private final String wireName;
    private final String member;
    private final Scope scope;

    LiveKind(int log, String wireName, String member, Scope scope) {
        this.log = log;
        this.wireName = wireName;
        this.member = member;
        this.scope = scope;
    }

    /** Its number in positions, which clients keep: never given to another kind. */
    int log() {
        return log;
    }

    /** The kind that a log is of. */
    static LiveKind ofLog(int log) {
        return Arrays.stream(values()).filter(it -> it.log == log).findFirst().orElseThrow();
    }

    /** Its name in a subscription. */
    String wireName() {
        return wireName;
    }

    /** The name of one result in a frame. */
    String member() {
        return member;
    }

    /** What a caller needs for it. */
    Scope scope() {
        return scope;
    }

    /** Where its records are. */
    String topic(Topics topics) {
        return switch (this) {
            case AGGREGATES -> topics.aggregates();
            case ALERTS -> topics.alerts();
        };
    }

    /** The kind whose records a topic has; empty where it is none's. */
    static Optional<LiveKind> ofTopic(Topics topics, String name) {
        return Arrays.stream(values()).filter(it -> it.topic(topics).equals(name)).findFirst();
    }
}
