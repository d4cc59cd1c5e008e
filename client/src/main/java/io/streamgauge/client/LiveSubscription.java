package io.streamgauge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription, for as long as it lives: over any number of connections. Safe for use by many
 * threads.
 */
public final class LiveSubscription {

    /** More than a server repeats after a failure. */
    private static final int IDS_REMEMBERED = 8_192;

    private final long number;
    private final ObjectNode payload;
    private final SubscriptionListener listener;
    private final Consumer<LiveSubscription> owner;
    private final SeenIds seen = new SeenIds(IDS_REMEMBERED); // the client's thread's
    private volatile @Nullable String position;
    private volatile boolean ended;
    private boolean asked; // of the present connection; the client's thread's
    private int dropped; // and not told of yet; the client's thread's
    private int refusals; // in a row, for want of a server that can; the client's thread's

    LiveSubscription(
            long number,
            ObjectNode payload,
            SubscriptionListener listener,
            Consumer<LiveSubscription> owner) {
        this.number = number;
        this.payload = payload;
        this.listener = listener;
        this.owner = owner;
        position = payload.path("after").isTextual() ? payload.path("after").asText() : null;
    }

    /** Its id in the protocol. */
    public String id() {
        return Long.toString(number);
    }

    /** What was asked for. */
    public ObjectNode payload() {
        return payload.deepCopy();
    }

    /**
     * Where it stands: a subscription to the same with this as its {@code after} goes on behind
     * what the listener has been told; also one of another process. Empty before there is such a
     * place.
     */
    public Optional<String> position() {
        return Optional.ofNullable(position);
    }

    /** Ends it: the listener is told nothing more, but for what it is being told now. */
    public void unsubscribe() {
        owner.accept(this);
    }

    long number() {
        return number;
    }

    SubscriptionListener listener() {
        return listener;
    }

    /**
     * Takes a result in; empty where it was told before. What was dropped before such a one is told
     * with the next.
     */
    Optional<LiveResult> take(LiveResult result) {
        LiveResult whole = result.plusDropped(dropped);
        if (!seen.add(result.identity())) {
            dropped = whole.dropped();
            return Optional.empty();
        }
        dropped = 0;
        return Optional.of(whole);
    }

    void moveTo(@Nullable String other) {
        position = other;
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether it has not been asked for on this connection; it is taken to be now. */
    boolean toBeAsked() {
        boolean first = !asked;
        asked = true;
        return first;
    }

    void forgetAsked() {
        asked = false;
    }

    /** Counts a refusal that may pass. */
    int countRefusal() {
        return ++refusals;
    }

    void accepted() {
        refusals = 0;
    }

    /** What is asked for now: to go on behind the position, where there is one. */
    ObjectNode request() {
        ObjectNode request = payload.deepCopy();
        String after = position;
        request.remove("after");
        if (after != null) {
            request.remove("snapshot"); // which goes only with a beginning
            request.put("after", after);
        }
        return request;
    }
}
