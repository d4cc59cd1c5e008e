package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.Evidence.Silence;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a condition was seen to be at a time.
 *
 * @param time on the line that durations are measured on: the platform's clock, or, of windows,
 *     event time
 * @param at what transitions say of the time; event time where an event decides
 * @param window begin and end of the window that was looked at, where there is one
 * @param silence of an absence, what is silent
 * @param members of a composite, which are firing
 * @param late how many events of the key came too late so far
 */
record Reading(
        long time,
        long at,
        OptionalDouble value,
        OptionalDouble reference,
        Optional<Span> window,
        Optional<Silence> silence,
        List<AlertId> members,
        long late) {

    /** From one time to another. */
    record Span(long from, long to) {}

    /** A reading of something that has no value. */
    static Reading at(long time, long late) {
        return new Reading(
                time,
                time,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                late);
    }

    Reading withAt(long other) {
        return new Reading(time, other, value, reference, window, silence, members, late);
    }

    Reading withValue(double number) {
        return new Reading(
                time, at, OptionalDouble.of(number), reference, window, silence, members, late);
    }

    Reading withValues(OptionalDouble number, OptionalDouble before) {
        return new Reading(time, at, number, before, window, silence, members, late);
    }

    Reading withWindow(long from, long to) {
        return new Reading(
                time,
                at,
                value,
                reference,
                Optional.of(new Span(from, to)),
                silence,
                members,
                late);
    }

    Reading withSilence(Silence what) {
        return new Reading(time, at, value, reference, window, Optional.of(what), members, late);
    }

    Reading withMembers(List<AlertId> firing) {
        return new Reading(time, at, value, reference, window, silence, firing, late);
    }
}
