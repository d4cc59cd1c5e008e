package io.streamgauge.training;

/** There is too little of a past to train a model and to judge it; the message says how little. */
public final class TooLittleHistoryException extends Exception {

    private static final long serialVersionUID = 1;

    TooLittleHistoryException(int points, int least) {
        super("points: " + points + " (expected: at least " + least + ")");
    }
}
