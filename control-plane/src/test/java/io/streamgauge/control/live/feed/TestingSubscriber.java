package io.streamgauge.control.live.feed;

import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told; there is always room. Used by one thread. */
final class TestingSubscriber implements Subscriber {

    final List<Delivery> delivered = new ArrayList<>();
    final List<ServerEvent> told = new ArrayList<>();

    @Override
    public void deliver(Delivery delivery) {
        delivered.add(delivery);
    }

    @Override
    public void tell(ServerEvent event) {
        told.add(event);
    }

    @Override
    public int room() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void complete(Subscription subscription) {
        tell(new ServerEvent.Complete(subscription.id()));
    }
}
