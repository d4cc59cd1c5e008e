package io.streamgauge.jobs.alerting;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What every task of the keyed operators is told, beside the events. One type with a kind, and not
 * one for each: Flink's serializers know no sealed interfaces.
 *
 * <p>What the router says of the log, a blind interval or a stream's activity, comes before the
 * watermark that lets anything happen which depends on it.
 *
 * @param key of a definition its key on the control topic; of activity tenant and stream; of
 *     failures the rule; of what is throttled the rule, or the tenant; empty otherwise
 * @param value of a definition, null where it is gone; of a question or an anomaly its JSON; of
 *     failures the last reason
 * @param at of a definition or an anomaly when its record was written; of activity when it was; of
 *     a blind interval its begin, and of what is throttled; of failures the router's task
 * @param until of a blind interval its end, and of what is throttled; of failures how many; 0
 *     otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record Signal(Kind kind, String key, byte @Nullable [] value, long at, long until) {

    /** What a signal says. */
    public enum Kind {
        /** A record of the control topic. */
        DEFINITION,
        /** No event could be taken into a partition in an interval. */
        BLIND,
        /** A stream had an event. */
        ACTIVITY,
        /** A rule's condition failed on events. */
        FAILURES,
        /** A rule, or all of a tenant's, is not asked about events, for what that costs. */
        THROTTLED,
        /** A series has an unusual point. */
        ANOMALY,
        /** Somebody asks for the state of an alert for a key. */
        QUESTION
    }

    static Signal definition(String key, byte @Nullable [] value, long at) {
        return new Signal(Kind.DEFINITION, key, value, at, 0);
    }

    static Signal blind(long from, long until) {
        return new Signal(Kind.BLIND, "", null, from, until);
    }

    static Signal activity(String stream, long at) {
        return new Signal(Kind.ACTIVITY, stream, null, at, 0);
    }

    static Signal failures(String rule, String reason, long count, int task) {
        return new Signal(
                Kind.FAILURES, rule, reason.getBytes(StandardCharsets.UTF_8), task, count);
    }

    static Signal throttled(String ruleOrTenant, long from, long until) {
        return new Signal(Kind.THROTTLED, ruleOrTenant, null, from, until);
    }

    static Signal anomaly(byte[] json, long at) {
        return new Signal(Kind.ANOMALY, "", json, at, 0);
    }

    static Signal question(byte[] json) {
        return new Signal(Kind.QUESTION, "", json, 0, 0);
    }
}
