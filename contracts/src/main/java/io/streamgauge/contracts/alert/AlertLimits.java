package io.streamgauge.contracts.alert;

import java.time.Duration;

/**
 * Bounds of what one alert can ask for, so that what it can cost is finite; part of the API's
 * documentation. They are chosen, not measured.
 */
public final class AlertLimits {

    public static final int MAX_DESCRIPTION_CHARACTERS = 1_000;
    public static final int MAX_GROUP_BY = 16;

    /** Of labels, and of annotations. */
    public static final int MAX_LABELS = 32;

    /** Of a label's or an annotation's value. */
    public static final int MAX_LABEL_CHARACTERS = 1_024;

    /** Of all rendered annotations of an instance together, as JSON; what is beyond is left out. */
    public static final int MAX_ANNOTATIONS_BYTES = 128 * 1024;

    /** For how long a condition must hold, or hold no longer. */
    public static final Duration MAX_FOR = Duration.ofDays(7);

    public static final Duration MIN_EVERY = Duration.ofSeconds(1);

    /** Of windows, of what they are compared with, of silence, of sequences. */
    public static final Duration MAX_SPAN = Duration.ofDays(31);

    /** How many times a window may be looked at while an event is in it. */
    public static final int MAX_CELLS_PER_WINDOW = 10_000;

    /** As many cells may be kept for a key: those of a window and of all since the one before. */
    public static final int MAX_CELLS_PER_KEY = 100_000;

    /** Of a key that is silent. */
    public static final Duration MAX_FORGET_AFTER = Duration.ofDays(400);

    /** At all depths together. */
    public static final int MAX_STEPS = 32;

    /** Of groups within groups; 1 where there is no group. */
    public static final int MAX_STEP_DEPTH = 4;

    /** How often a step may be said to occur. */
    public static final int MAX_TIMES = 100;

    /** States of a sequence: steps, each as many times as it and the groups around it occur. */
    public static final int MAX_OCCURRENCES = 1_000;

    /**
     * Of the events that a sequence's partial matches hold for a key; those that began first are
     * given up for more. Each event that matters is a read and a write of all of them.
     */
    public static final int MAX_SEQUENCE_BYTES = 4 * 1024 * 1024;

    /**
     * Partial matches that no {@code within} ends are forgotten when no event of the key has begun
     * or carried on one for so long.
     */
    public static final Duration SEQUENCE_FORGET_AFTER = Duration.ofHours(24);

    public static final int MAX_ANOMALY_KINDS = 16;
    public static final int MAX_MEMBERS = 32;

    private AlertLimits() {}
}
