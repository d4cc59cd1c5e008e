package io.streamgauge.control.rest;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The time that a list is about.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record TimeRange(Instant from, Instant to) {

    /** Names of the query parameters. */
    public static final String FROM = "from";

    /** See {@link #FROM}. */
    public static final String TO = "to";

    /**
     * Reads the range of a query; {@link QueryParameters#check} tells what is wrong with it.
     *
     * @param now where it ends by default
     * @param length how long it is by default
     */
    public static TimeRange of(QueryParameters query, Instant now, Duration length) {
        // To the database's precision, so that a cursor repeats it exactly.
        Instant to = query.instant(TO).orElse(now).truncatedTo(ChronoUnit.MICROS);
        Instant from = query.instant(FROM).orElse(to.minus(length)).truncatedTo(ChronoUnit.MICROS);
        if (!from.isBefore(to)) {
            query.violation(FROM, "range", "%s (expected: before to, %s)".formatted(from, to));
        }
        return new TimeRange(from, to);
    }

    /** The range as a cursor carries it: what was the present at the first page stays it. */
    public List<String> toCursor() {
        return List.of(from.toString(), to.toString());
    }

    /**
     * Reads what {@link #toCursor} wrote.
     *
     * @throws io.streamgauge.control.problem.InvalidRequest where it did not
     */
    public static TimeRange ofCursor(String from, String to) {
        return new TimeRange(instantOfCursor(from), instantOfCursor(to));
    }

    /** As {@link #ofCursor}, for one point in time. */
    public static Instant instantOfCursor(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException notOurs) {
            throw Cursor.invalid();
        }
    }
}
