package io.streamgauge.control.model;

/** No model could be made; the message says why, for those who asked for one. */
final class TrainingFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    TrainingFailedException(String message) {
        super(message);
    }
}
