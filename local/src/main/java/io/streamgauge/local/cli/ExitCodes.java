package io.streamgauge.local.cli;

/** What the process says at its end; part of the documented interface of the command line. */
final class ExitCodes {

    /** Done; also after a stop by Ctrl-C. */
    static final int OK = 0;

    /** It did not work; one line on standard error says why. */
    static final int FAILED = 1;

    /** The command line was wrong. */
    static final int USAGE = 2;

    /** A port or the data folder is in use by another process. */
    static final int IN_USE = 3;

    /** Ctrl-C ended watch, or a second one cut the stop of up short. */
    static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
