package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.alert.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one instance that a key can have of an alert that holds or does not: none, pending or firing.
 *
 * <p>As in Prometheus: a condition that is true makes it pending; it fires at the first reading
 * where the condition was true at each since {@code for}. A false reading dismisses a pending one.
 * One that fires is resolved at the first reading where the condition was false at each since
 * {@code keepFiringFor}. The instance itself keeps each of its states apart in time: none is before
 * the last.
 */
final class Lifecycle {

    private static final long NONE = Long.MIN_VALUE;
    private static final int REFUSED = 4;
    private static final int RECOVERING = 8;
    private static final int POSITION = 16;
    private static final int VALUE = 32;
    private static final int REFERENCE = 64;

    /** What the instance is. */
    private enum Phase {
        CLEAR(0),
        PENDING(1),
        FIRING(2);

        /** In the stored form. */
        private final int code;

        Phase(int code) {
            this.code = code;
        }

        static Phase of(int code) {
            return switch (code) {
                case 0 -> CLEAR;
                case 1 -> PENDING;
                case 2 -> FIRING;
                default -> throw new IllegalStateException("phase: " + code);
            };
        }
    }

    private Phase phase = Phase.CLEAR;
    private boolean refused;
    private long since = NONE;
    private long startedAt = NONE;
    private long firedAt = NONE;
    private long lastAt = NONE;
    private long falseSince = NONE;
    private InstanceIds.@Nullable Position position;
    private OptionalDouble value = OptionalDouble.empty();
    private OptionalDouble reference = OptionalDouble.empty();

    boolean isOpen() {
        return phase != Phase.CLEAR;
    }

    boolean isFiring() {
        return phase == Phase.FIRING;
    }

    /** Whether it fires although the condition is no longer true. */
    boolean isRecovering() {
        return falseSince != NONE;
    }

    /** Whether there is nothing to remember. */
    boolean isClear() {
        return phase == Phase.CLEAR && !refused;
    }

    /** When time alone changes it, where the condition stays as it is. */
    long nextTimer(Judgement judgement) {
        return switch (phase) {
            case CLEAR -> KeyJudge.NEVER;
            case PENDING -> since + judgement.rule().spec().forDuration().toMillis();
            case FIRING ->
                    falseSince == NONE
                            ? KeyJudge.NEVER
                            : falseSince + judgement.rule().spec().keepFiringFor().toMillis();
        };
    }

    /** The same as it was at the last reading, at a later time. */
    void remain(Reading reading, Judgement judgement) {
        if (phase != Phase.CLEAR) {
            judge(
                    reading.withValues(value, reference),
                    phase == Phase.PENDING || falseSince == NONE,
                    judgement,
                    null);
        }
    }

    void judge(Reading reading, boolean holds, Judgement judgement) {
        judge(reading, holds, judgement, null);
    }

    /**
     * Takes a reading.
     *
     * @param holds whether the condition is true; for one that fires, by its recovery level
     * @param event that the reading is of, where several of one time must be told apart
     */
    void judge(
            Reading reading,
            boolean holds,
            Judgement judgement,
            InstanceIds.@Nullable Position event) {
        if (!holds) {
            refused = false;
            fails(reading, judgement);
            return;
        }
        falseSince = NONE;
        if (phase == Phase.CLEAR && !open(reading, judgement, event)) {
            return;
        }
        value = reading.value();
        reference = reading.reference();
        if (phase == Phase.PENDING
                && reading.time() - since >= judgement.rule().spec().forDuration().toMillis()) {
            phase = Phase.FIRING;
            lastAt = Math.max(lastAt, reading.at());
            firedAt = lastAt;
            tell(InstanceState.FIRING, Optional.empty(), reading, judgement);
        }
    }

    private boolean open(
            Reading reading, Judgement judgement, InstanceIds.@Nullable Position event) {
        if (judgement.inForce().drains()) {
            return false;
        }
        if (!judgement.limits().mayOpen(judgement.ruleKey())) {
            if (!refused) {
                judgement.sink().instanceRefused(judgement.ruleKey());
            }
            refused = true;
            return false;
        }
        refused = false;
        phase = Phase.PENDING;
        since = reading.time();
        startedAt = reading.at();
        lastAt = reading.at();
        position = event;
        judgement.sink().opened(judgement.ruleKey(), instance(judgement));
        if (judgement.rule().spec().forDuration().isPositive()) {
            tell(InstanceState.PENDING, Optional.empty(), reading, judgement);
        }
        return true;
    }

    private void fails(Reading reading, Judgement judgement) {
        switch (phase) {
            case CLEAR -> {}
            case PENDING -> end(EndReason.RECOVERED, reading, judgement);
            case FIRING -> {
                if (falseSince == NONE) {
                    falseSince = reading.time();
                }
                if (reading.time() - falseSince
                        >= judgement.rule().spec().keepFiringFor().toMillis()) {
                    end(EndReason.RECOVERED, reading, judgement);
                }
            }
        }
    }

    /** Some time does not count: what is measured from before it is measured as if from later. */
    void resume(long from, long to) {
        since = later(since, from, to);
        falseSince = later(falseSince, from, to);
    }

    /**
     * A time, moved so that as much of what was since then is left as there was without a pause.
     */
    static long later(long time, long from, long to) {
        return time == NONE ? NONE : time + Math.max(0, to - Math.max(from, time));
    }

    /** Ends the instance, if there is one. */
    void end(EndReason reason, Reading reading, Judgement judgement) {
        if (phase == Phase.CLEAR) {
            return;
        }
        InstanceState state =
                phase == Phase.FIRING ? InstanceState.RESOLVED : InstanceState.DISMISSED;
        lastAt = Math.max(lastAt, reading.at());
        tell(state, Optional.of(reason), reading, judgement);
        judgement.sink().closed(judgement.ruleKey(), instance(judgement));
        phase = Phase.CLEAR;
        since = NONE;
        startedAt = NONE;
        firedAt = NONE;
        lastAt = NONE;
        falseSince = NONE;
        position = null;
        value = OptionalDouble.empty();
        reference = OptionalDouble.empty();
    }

    /** Ends the instance by something that no reading has shown. */
    void endUnread(EndReason reason, Reading reading, Judgement judgement) {
        end(reason, reading.withValues(value, reference), judgement);
    }

    private UUID instance(Judgement judgement) {
        return position == null
                ? judgement.instance(startedAt)
                : judgement.instance(startedAt, false, List.of(position));
    }

    private void tell(
            InstanceState state, Optional<EndReason> reason, Reading reading, Judgement judgement) {
        judgement.tell(
                instance(judgement),
                state,
                reason,
                startedAt,
                lastAt,
                firedAt == NONE ? Optional.empty() : Optional.of(firedAt),
                judgement.annotations(
                        startedAt,
                        reading.value().isPresent() ? reading.value() : value,
                        reading.reference().isPresent() ? reading.reference() : reference,
                        Map.of()),
                new Evidence(
                        reading.value(),
                        reading.reference(),
                        Map.of(),
                        0,
                        reading.window().map(Reading.Span::from),
                        reading.window().map(Reading.Span::to),
                        false,
                        reading.silence(),
                        reading.members(),
                        judgement.clock(),
                        reading.late()));
    }

    void write(StateWriter out) {
        InstanceIds.Position event = position;
        out.number(
                phase.code
                        | (refused ? REFUSED : 0)
                        | (falseSince == NONE ? 0 : RECOVERING)
                        | (event == null ? 0 : POSITION)
                        | (value.isPresent() ? VALUE : 0)
                        | (reference.isPresent() ? REFERENCE : 0));
        if (phase == Phase.CLEAR) {
            return;
        }
        out.number(since).number(startedAt - since).number(lastAt - startedAt);
        if (phase == Phase.FIRING) {
            out.number(firedAt - startedAt);
        }
        if (falseSince != NONE) {
            out.number(falseSince - since);
        }
        if (event != null) {
            out.number(event.partition()).number(event.offset());
        }
        value.ifPresent(out::real);
        reference.ifPresent(out::real);
    }

    static Lifecycle read(StateReader in) {
        Lifecycle lifecycle = new Lifecycle();
        int flags = in.integer();
        lifecycle.phase = Phase.of(flags & 3);
        lifecycle.refused = (flags & REFUSED) != 0;
        if (lifecycle.phase == Phase.CLEAR) {
            return lifecycle;
        }
        lifecycle.since = in.number();
        lifecycle.startedAt = lifecycle.since + in.number();
        lifecycle.lastAt = lifecycle.startedAt + in.number();
        if (lifecycle.phase == Phase.FIRING) {
            lifecycle.firedAt = lifecycle.startedAt + in.number();
        }
        if ((flags & RECOVERING) != 0) {
            lifecycle.falseSince = lifecycle.since + in.number();
        }
        if ((flags & POSITION) != 0) {
            lifecycle.position = new InstanceIds.Position(in.integer(), in.number());
        }
        if ((flags & VALUE) != 0) {
            lifecycle.value = OptionalDouble.of(in.real());
        }
        if ((flags & REFERENCE) != 0) {
            lifecycle.reference = OptionalDouble.of(in.real());
        }
        return lifecycle;
    }

    /** Says what it is, and what would change it. */
    void explain(ObjectNode json, Judgement judgement) {
        json.put(
                "state", phase == Phase.CLEAR ? "inactive" : phase.name().toLowerCase(Locale.ROOT));
        if (phase == Phase.CLEAR) {
            if (refused) {
                json.put("refused", true);
            }
            return;
        }
        json.put("instance", instance(judgement).toString());
        json.put("since", Instant.ofEpochMilli(startedAt).toString());
        if (firedAt != NONE) {
            json.put("firedAt", Instant.ofEpochMilli(firedAt).toString());
        }
        if (falseSince != NONE) {
            json.put("recoveringSince", Instant.ofEpochMilli(falseSince).toString());
        }
        value.ifPresent(number -> json.put("value", number));
        reference.ifPresent(number -> json.put("reference", number));
    }
}
