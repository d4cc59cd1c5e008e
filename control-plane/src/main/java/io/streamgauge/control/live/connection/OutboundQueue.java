package io.streamgauge.control.live.connection;

import io.streamgauge.control.live.feed.Delivery;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * What waits to be sent to one client, bounded. Whoever adds never waits: results make room by the
 * policy, and everything else is bounded by what the client itself asks for, so that too much of it
 * means that the client asks without reading.
 *
 * <p>Safe for use by many threads; one takes.
 */
final class OutboundQueue {

    /** What is queued: deliveries become results when they are taken. */
    private sealed interface Queued {

        record Ready(Outbound outbound, int characters) implements Queued {}

        record Waiting(Delivery delivery) implements Queued {

            @Override
            public int characters() {
                return delivery.result().json().length();
            }
        }

        int characters();
    }

    /** Which part of the characters answers and the like may come to. */
    private static final int OTHERS_FRACTION = 4;

    private final int maxDeliveries;
    private final int maxCharacters;
    private final OverflowPolicy policy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Deque<Queued> queue = new ArrayDeque<>(); // guarded by lock, as the rest
    private int deliveries;
    private long deliveryCharacters;
    private long otherCharacters;
    private boolean closed;

    OutboundQueue(int maxDeliveries, int maxCharacters, OverflowPolicy policy) {
        this.maxDeliveries = maxDeliveries;
        this.maxCharacters = maxCharacters;
        this.policy = policy;
    }

    /**
     * Adds a result, making room where there is none.
     *
     * @return how many results were dropped for it; -1 where there is no room to be made
     */
    int deliver(Delivery delivery) {
        lock.lock();
        try {
            if (closed) {
                return 0;
            }
            int dropped = 0;
            Queued item = new Queued.Waiting(delivery);
            while (!fits(item.characters())) {
                int freed = makeRoom();
                if (freed == 0) {
                    return -1;
                }
                dropped += freed;
            }
            add(item, false);
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds something else.
     *
     * @param urgent whether it goes before what waits
     * @return false where the queue is full of such
     */
    boolean send(Outbound outbound, boolean urgent) {
        int length = outbound instanceof Outbound.Text text ? text.frame().length() : 0;
        lock.lock();
        try {
            if (closed) {
                return true;
            }
            boolean full =
                    queue.size() - deliveries >= maxDeliveries
                            || otherCharacters + length > maxCharacters / OTHERS_FRACTION;
            if (full) {
                return false;
            }
            add(new Queued.Ready(outbound, length), urgent);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many results somebody may add who can wait: half of what there is room for. */
    int room() {
        lock.lock();
        try {
            return closed || deliveryCharacters > maxCharacters / 2
                    ? 0
                    : Math.max(0, (maxDeliveries + 1) / 2 - deliveries);
        } finally {
            lock.unlock();
        }
    }

    /** Drops everything that waits and ends the queue. The first call counts. */
    void close(Outbound.Close close) {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                queue.clear();
                deliveries = 0;
                deliveryCharacters = 0;
                otherCharacters = 0;
                add(new Queued.Ready(close, 0), false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next, waiting for it. */
    Outbound take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty()) {
                notEmpty.await();
            }
            Queued next = queue.removeFirst();
            count(next, -1);
            return switch (next) {
                case Queued.Ready ready -> ready.outbound();
                case Queued.Waiting waiting ->
                        new Outbound.Result(
                                waiting.delivery(),
                                waiting.delivery().subscription().takeDropped());
            };
        } finally {
            lock.unlock();
        }
    }

    private int makeRoom() {
        List<Delivery> waiting =
                queue.stream()
                        .filter(Queued.Waiting.class::isInstance)
                        .map(item -> ((Queued.Waiting) item).delivery())
                        .collect(Collectors.toList());
        if (waiting.isEmpty()) {
            return 0;
        }
        Set<Delivery> victims = Collections.newSetFromMap(new IdentityHashMap<>());
        victims.addAll(policy.choose(waiting));
        for (Iterator<Queued> items = queue.iterator(); items.hasNext(); ) {
            Queued item = items.next();
            if (item instanceof Queued.Waiting it && victims.contains(it.delivery())) {
                items.remove();
                count(item, -1);
                it.delivery().subscription().countDropped();
            }
        }
        return victims.size();
    }

    /** A single result may be longer than the bound: it has to be sent some day. */
    private boolean fits(int characters) {
        return deliveries == 0
                || (deliveries < maxDeliveries && deliveryCharacters + characters <= maxCharacters);
    }

    private void add(Queued item, boolean first) {
        if (first) {
            queue.addFirst(item);
        } else {
            queue.addLast(item);
        }
        count(item, 1);
        notEmpty.signal();
    }

    private void count(Queued item, int sign) {
        switch (item) {
            case Queued.Ready ready -> otherCharacters += (long) sign * ready.characters();
            case Queued.Waiting waiting -> {
                deliveries += sign;
                deliveryCharacters += (long) sign * waiting.characters();
            }
        }
    }
}
