package io.streamgauge.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One live connection with any number of subscriptions, which survive it: when it breaks, the
 * client connects again with growing waits and subscribes anew {@code after} the position that each
 * had come to, so that nothing is missed and nothing is told twice. Where the server no longer has
 * what was missed, the subscriber hears of a {@link Gap} instead.
 *
 * <p>Safe for use by many threads. One thread of the client's own does everything, and tells
 * everybody; it does not keep the JVM alive. It takes one message at a time, and a few may wait for
 * it; what else waits for a busy listener waits at the server, within the server's bounds. To be
 * closed, also where the connection is {@link ConnectionState.Closed} already.
 */
public final class LiveClient implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ObjectMapper mapper = new ObjectMapper();
    private final ClientLoop loop = new ClientLoop("live-client");
    private final AtomicLong numbers = new AtomicLong();
    private final LiveLink link;
    private final Subscriptions subscriptions;

    private LiveClient(LiveClientOptions options) {
        link = new LiveLink(options, loop, mapper);
        subscriptions = new Subscriptions(mapper, options.backoff(), link);
    }

    /** Begins to connect, and returns at once. */
    public static LiveClient open(LiveClientOptions options) {
        LiveClient client = new LiveClient(options);
        boolean unused = client.loop.offer(() -> client.link.start(client.subscriptions));
        return client;
    }

    /** How the connection stands. */
    public ConnectionState state() {
        return link.state();
    }

    /**
     * Waits until the server has acknowledged a connection for the first time; not for a listener.
     *
     * @throws IOException where the server refuses it for good, or takes longer; the client goes on
     *     to try in the latter case
     */
    public void awaitOpen(Duration limit) throws IOException {
        try {
            Void unused = link.opened().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new IOException(reason.getMessage(), reason);
        } catch (TimeoutException e) {
            throw new IOException("live: not open within %s, %s".formatted(limit, state()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /**
     * Subscribes now, or as soon as there is a connection.
     *
     * @param payload stream, kinds and filters, as in the protocol; with {@code after} it goes on
     *     at a position that was kept
     * @throws IllegalStateException where the client is closed
     */
    public LiveSubscription subscribe(ObjectNode payload, SubscriptionListener listener) {
        LiveSubscription subscription =
                new LiveSubscription(
                        numbers.incrementAndGet(), payload.deepCopy(), listener, this::unsubscribe);
        subscriptions.add(subscription);
        if (!loop.offer(() -> subscriptions.ask(subscription))) {
            throw new IllegalStateException("client: closed (expected: one that is open)");
        }
        return subscription;
    }

    /** Every subscription, in the order of their making. */
    public List<LiveSubscription> listActive() {
        return subscriptions.list();
    }

    /** Does not wait for the next attempt any longer: somebody is there who wants it now. */
    public void retryNow() {
        boolean unused = loop.offer(link::retryNow);
    }

    /** Ends the connection for good; returns once that is done, or the server takes too long. */
    @Override
    public void close() {
        if (loop.isCurrent()) {
            link.end(LiveLink.NORMAL, ""); // a listener closes it, and cannot be waited for
            return;
        }
        boolean unused = loop.offer(() -> link.end(LiveLink.NORMAL, ""));
        try {
            boolean unusedToo = loop.awaitEnd(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unsubscribe(LiveSubscription subscription) {
        if (subscriptions.remove(subscription)) {
            boolean unused = loop.offer(() -> subscriptions.giveUp(subscription));
        }
    }
}
