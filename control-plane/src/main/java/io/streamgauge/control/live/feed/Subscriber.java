package io.streamgauge.control.live.feed;

/**
 * Who has subscriptions, as those see it who have something for it. Never makes them wait, however
 * slowly the client behind it reads. Used by many threads.
 */
public interface Subscriber {

    /** Queues a result. */
    void deliver(Delivery delivery);

    /** Queues what is told of a subscription, behind its results so far. */
    void tell(ServerEvent event);

    /** How many results somebody may add who can wait. */
    int room();

    /** Ends a subscription behind what is queued for it, and says so. */
    void complete(Subscription subscription);
}
