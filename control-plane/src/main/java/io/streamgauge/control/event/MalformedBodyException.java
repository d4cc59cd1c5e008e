package io.streamgauge.control.event;

/** A body that cannot be taken apart from some place on. */
final class MalformedBodyException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient EventPlace place;
    private final String message;

    /**
     * @param place with line and column
     * @param message what is wrong there, and what was expected
     */
    MalformedBodyException(EventPlace place, String message) {
        super(message);
        this.place = place;
        this.message = message;
    }

    EventPlace place() {
        return place;
    }

    /** What is wrong, and what was expected; never null. */
    @Override
    public String getMessage() {
        return message;
    }
}
