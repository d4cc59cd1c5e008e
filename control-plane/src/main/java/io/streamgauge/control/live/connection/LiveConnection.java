package io.streamgauge.control.live.connection;

import io.helidon.common.buffers.BufferData;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.LiveFeed;
import io.streamgauge.control.live.feed.ServerEvent;
import io.streamgauge.control.live.feed.Subscriber;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.wire.CloseCode;
import io.streamgauge.control.live.wire.ServerFrames;
import io.streamgauge.control.problem.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: what it has subscribed to, what waits to be sent to it, and its times.
 *
 * <p>Three kinds of threads meet here. The server's thread reads what the client says. A virtual
 * thread of the connection's own writes, since writing blocks where the client does not read, and
 * since the server's session may be written to by one thread only. The hub's threads deliver
 * results and watch the times; they never wait for a client.
 *
 * <p>The server does not say when a connection breaks: its thread just ends, which {@link #tick}
 * notices.
 */
public final class LiveConnection implements Subscriber {

    private static final Logger LOG = LoggerFactory.getLogger(LiveConnection.class);

    private final String name;
    private final LiveFeed feed;
    private final LiveOptions options;
    private final Transport transport;
    private final Thread reader;
    private final Thread writer;
    private final OutboundQueue queue;
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final long openedNanos = System.nanoTime();
    private final Heartbeat heartbeat;
    private volatile @Nullable LiveIdentity identity;
    private volatile LiveAdmission.@Nullable Lease lease;
    private volatile long closingNanos;
    private volatile boolean over;

    /**
     * A connection that has just been opened, on the server's thread that will read from it.
     *
     * @param name for threads and the log
     */
    public LiveConnection(String name, LiveFeed feed, Transport transport, LiveOptions options) {
        this.name = name;
        this.feed = feed;
        this.transport = transport;
        this.options = options;
        heartbeat = new Heartbeat(options, transport.clientAnswers(), openedNanos);
        reader = Thread.currentThread();
        queue =
                new OutboundQueue(
                        options.queueCapacity(), options.queueCharacters(), new DropSuperseded());
        writer = Thread.ofVirtual().name("live-writer-" + name).start(this::write);
    }

    public String name() {
        return name;
    }

    /** Who the client is; null before it has said so. */
    public @Nullable LiveIdentity identity() {
        return identity;
    }

    /**
     * The client has said who it is, and there is room for it.
     *
     * @param admitted given back when the connection ends
     */
    public void acknowledge(LiveIdentity verified, LiveAdmission.Lease admitted) {
        lease = admitted;
        identity = verified;
        if (closing.get()) { // meanwhile, and perhaps before the lease was there
            admitted.close();
        }
        send(ServerFrames.CONNECTION_ACK);
    }

    /** Notes that the client is there. */
    public void heard() {
        heartbeat.heard(System.nanoTime());
    }

    public int subscriptionCount() {
        return subscriptions.size();
    }

    public boolean hasSubscription(String id) {
        return subscriptions.containsKey(id);
    }

    List<Subscription> subscriptions() {
        return List.copyOf(subscriptions.values());
    }

    public void add(Subscription subscription) {
        subscriptions.put(subscription.id(), subscription);
    }

    /** The client ends a subscription, if it has it. */
    public void unsubscribe(String id) {
        Subscription subscription = subscriptions.remove(id);
        if (subscription != null) {
            feed.remove(subscription);
            giveBackSubscription();
        }
    }

    /** Takes one of the tenant's subscriptions; false where there is none left. */
    public boolean takeSubscription(long most) {
        LiveAdmission.Lease admitted = lease;
        return admitted != null && admitted.subscribe(most);
    }

    private void giveBackSubscription() {
        LiveAdmission.Lease admitted = lease;
        if (admitted != null) {
            admitted.unsubscribe();
        }
    }

    @Override
    public void complete(Subscription subscription) {
        if (subscriptions.remove(subscription.id(), subscription)) {
            giveBackSubscription();
            tell(new ServerEvent.Complete(subscription.id()));
        }
    }

    /** Queues a frame that is no result. */
    public void send(String frame) {
        enqueue(new Outbound.Text(frame), false);
    }

    @Override
    public void tell(ServerEvent event) {
        if (event instanceof ServerEvent.Gap) {
            feed.statistics().countGap();
        }
        enqueue(new Outbound.Event(event), false);
    }

    @Override
    public int room() {
        return queue.room();
    }

    /** Queues the answer to a ping of WebSocket itself. */
    public void sendPong(BufferData payload) {
        enqueue(new Outbound.Pong(payload), true);
    }

    @Override
    public void deliver(Delivery delivery) {
        int dropped = queue.deliver(delivery);
        if (dropped < 0) {
            close(CloseCode.SLOW, "reads too slowly (expected: another try, with after)");
        } else if (dropped > 0) {
            feed.statistics().countDropped(dropped);
        }
    }

    /**
     * Closes. What waits is not sent any more; the client is told the reason, if it still reads.
     * The first call counts.
     */
    public void close(CloseCode code, String reason) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closingNanos = System.nanoTime();
        if (code == CloseCode.SLOW) {
            feed.statistics().countClosedSlow();
        }
        LOG.debug("live connection {}: closing with {} {}", name, code.code(), reason);
        detach();
        queue.close(new Outbound.Close(code, CloseCode.reason(reason)));
    }

    /**
     * The client has closed, or answers our close. Returns when nothing is written any more, since
     * the server goes on to use the session; called on the server's thread.
     */
    public void closedByClient() {
        close(CloseCode.NORMAL, "");
        joinWriter(options.closeTimeout());
        if (writer.isAlive()) {
            writer.interrupt(); // stuck in a write, which this ends together with the socket
            joinWriter(options.closeTimeout());
        }
    }

    /** Waits until the close has been written, or the client has shown that it does not read. */
    public void joinWriter(Duration limit) {
        try {
            if (!writer.join(limit)) {
                LOG.debug("live connection {}: still writing after {}", name, limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until nothing is written any more. */
    public void awaitEnd() {
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server's thread leaves the connection, whatever has become of it. */
    public void over() {
        close(CloseCode.NORMAL, "");
        over = true;
        abort(); // the writer, where it waits for a response that will not begin
    }

    /**
     * Looks at the times. Called again and again by one thread; does not block.
     *
     * @return false where the connection is over and need not be looked at any more
     */
    public boolean tick(long nowNanos, Instant now) {
        if (over || !reader.isAlive()) {
            closing.set(true);
            detach();
            writer.interrupt();
            return false;
        }
        if (closing.get()) {
            if (nowNanos - closingNanos > options.closeTimeout().toNanos()) {
                abort();
            }
            return true;
        }
        LiveIdentity present = identity;
        if (present == null) {
            if (nowNanos - openedNanos > options.initTimeout().toNanos()) {
                close(CloseCode.INIT_TIMEOUT, "no connection_init in time");
            }
        } else if (!now.isBefore(present.expiresAt())) {
            close(CloseCode.UNAUTHORIZED, "the credential has expired");
        }
        watchPings(nowNanos);
        return true;
    }

    /**
     * Ends the connection where the client is no longer who it was: its credential withdrawn, its
     * tenant switched off. May wait for the database; never called by the clock's thread.
     */
    public void verifyIdentity() {
        LiveIdentity present = identity;
        if (present == null || closing.get()) {
            return;
        }
        try {
            present.verify();
        } catch (LiveIdentity.RefusedException e) {
            close(e.code(), e.reason());
        } catch (Unavailable e) {
            LOG.debug("live connection {}: who it is cannot be seen now", name, e);
        }
    }

    /**
     * Asks in both ways: WebSocket's own ping is answered by every client's library and so tells
     * whether the client is there; the message tells a browser's script, which does not see the
     * other, that the server is.
     */
    private void watchPings(long nowNanos) {
        switch (heartbeat.next(nowNanos)) {
            case NOTHING -> {}
            case PING -> {
                enqueue(new Outbound.Ping(), true);
                feed.tellPlaces(subscriptions.values());
            }
            case END -> close(CloseCode.NO_PONG, "not heard since the last ping");
        }
    }

    private void enqueue(Outbound outbound, boolean urgent) {
        if (!queue.send(outbound, urgent)) {
            close(CloseCode.SLOW, "asks without reading the answers");
        }
    }

    private void detach() {
        for (Subscription subscription : subscriptions()) {
            unsubscribe(subscription.id());
        }
        LiveAdmission.Lease admitted = lease;
        if (admitted != null) {
            admitted.close();
        }
    }

    /** Cuts the connection off. */
    private void abort() {
        writer.interrupt();
        transport.abort();
    }

    private void write() {
        try {
            boolean open = true;
            while (open) {
                open = write(queue.take());
            }
            close(CloseCode.NORMAL, ""); // if it is not what was written last
        } catch (InterruptedException e) {
            LOG.debug("live connection {}: writer stopped", name);
        } catch (RuntimeException e) {
            // The client has gone, or was cut off: the server's thread ends as well.
            LOG.debug("live connection {}: cannot be written to", name, e);
            close(CloseCode.NORMAL, "");
            abort();
        }
    }

    /** Sends one thing; false where it is the last. */
    private boolean write(Outbound outbound) {
        boolean ofEnded =
                outbound instanceof Outbound.Result result
                        && result.delivery().subscription().hasEnded();
        return ofEnded || transport.write(outbound);
    }
}
