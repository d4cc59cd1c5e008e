package io.streamgauge.control.live.feed;

import java.time.Instant;

/** What a server says of a subscription besides its results; in order with them. */
public sealed interface ServerEvent {

    /** The subscription's. */
    String id();

    /**
     * What was before has been sent; what follows is as it comes about.
     *
     * @param snapshot whether a state was sent
     */
    record Synced(String id, String position, boolean snapshot) implements ServerEvent {}

    /**
     * Something is missing.
     *
     * @param from when the last record was written that the client knows of
     * @param until when the next was, at the earliest
     */
    record Gap(String id, GapReason reason, Instant from, Instant until, String position)
            implements ServerEvent {}

    /** It stands at a place, though nothing was for it on the way there. */
    record Place(String id, String position) implements ServerEvent {}

    /** The subscription has ended. */
    record Complete(String id) implements ServerEvent {}

    /** Why something is missing. */
    enum GapReason {
        /** Kafka has deleted it. */
        EXPIRED("expired"),
        /** The topic was made anew, or is another one. */
        RESET("reset"),
        /** It is more than is read for one subscription. */
        TOO_FAR("too-far");

        private final String wireName;

        GapReason(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }
}
