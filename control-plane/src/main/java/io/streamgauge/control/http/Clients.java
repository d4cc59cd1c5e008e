package io.streamgauge.control.http;

import io.helidon.webserver.ConnectionContext;
import io.streamgauge.control.config.HttpLimits;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All clients that are connected, and their bound. Where the bound is reached, those go that have
 * sent no complete request for longest: whoever holds connections without using them, slowly or
 * silently, keeps nobody out. Upgraded connections, which stay for long, leave a tenth to others.
 *
 * <p>The server's own bound would do less: it stops accepting, so that idle clients do keep others
 * out, and it forgets to give back what a failed TLS handshake took.
 */
final class Clients implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final HttpLimits limits;
    private final int maxUpgraded;
    private final Map<ClientWatch.Peers, ClientWatch> watches = new ConcurrentHashMap<>();
    private final AtomicInteger upgraded = new AtomicInteger();
    private final LongAdder tooSlow = new LongAdder();
    private final LongAdder displaced = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - SILENCE.toNanos());
    private final ScheduledExecutorService clock;

    private record Idle(ClientWatch watch, long nanos) {}

    Clients(HttpLimits limits) {
        this.limits = limits;
        maxUpgraded = limits.maxConnections() - limits.maxConnections() / 10;
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("http-clock").daemon().factory());
        Future<?> unused = // ends with the clock; tick() lets nothing through
                clock.scheduleWithFixedDelay(
                        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes a client in that has just been accepted.
     *
     * @throws CutOffException where there is no room, or the client has gone
     */
    void admit(Socket socket) {
        SocketAddress remote = socket.getRemoteSocketAddress();
        if (remote == null) {
            throw new CutOffException();
        }
        if (watches.size() >= limits.maxConnections() && !makeRoom()) {
            refused.increment();
            throw new CutOffException();
        }
        ClientWatch.Peers peers = new ClientWatch.Peers(remote, socket.getLocalSocketAddress());
        watches.put(peers, new ClientWatch(peers, socket, limits));
    }

    /**
     * The watch of a connection that begins, on the thread that serves it.
     *
     * @throws CutOffException where it was too slow before
     */
    ClientWatch begin(ConnectionContext connection) {
        ClientWatch watch =
                watches.get(
                        new ClientWatch.Peers(
                                connection.remotePeer().address(),
                                connection.localPeer().address()));
        if (watch == null) {
            throw new CutOffException();
        }
        watch.begun();
        return watch;
    }

    /** A connection is over. */
    void end(ClientWatch watch) {
        if (watch.isUpgraded()) {
            releaseUpgrade();
        }
        watches.remove(watch.peers(), watch);
    }

    /** Whether one more connection may go on with another protocol, until it ends. */
    boolean reserveUpgrade() {
        if (upgraded.incrementAndGet() > maxUpgraded) {
            upgraded.decrementAndGet();
            return false;
        }
        return true;
    }

    /** It will not, after all, or has ended. */
    void releaseUpgrade() {
        upgraded.decrementAndGet();
    }

    int connected() {
        return watches.size();
    }

    long tooSlow() {
        return tooSlow.sum();
    }

    long displaced() {
        return displaced.sum();
    }

    long refused() {
        return refused.sum();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** Parts from a hundredth at a time, so that it need not be done for every client. */
    private boolean makeRoom() {
        long nowNanos = System.nanoTime();
        List<Idle> longest =
                watches.values().stream()
                        .filter(ClientWatch::isIdle)
                        .map(watch -> new Idle(watch, watch.phaseNanos(nowNanos)))
                        .sorted(Comparator.comparingLong(Idle::nanos).reversed())
                        .limit(1 + limits.maxConnections() / 100)
                        .toList();
        boolean room = false;
        for (Idle idle : longest) {
            if (idle.watch().cutIfIdle()) {
                watches.remove(idle.watch().peers(), idle.watch());
                displaced.increment();
                room = true;
            }
        }
        warn(room);
        return room;
    }

    private void warn(boolean room) {
        long nowNanos = System.nanoTime();
        long lastNanos = warnedNanos.get();
        if (nowNanos - lastNanos >= SILENCE.toNanos()
                && warnedNanos.compareAndSet(lastNanos, nowNanos)) {
            LOG.warn(
                    "http.max-connections: all {} are open, {}",
                    limits.maxConnections(),
                    room ? "the idlest make room" : "none is idle, and others are refused");
        }
    }

    private void tick() {
        try {
            long nowNanos = System.nanoTime();
            watches.values().removeIf(watch -> watch.hasFailed() || isTooSlow(watch, nowNanos));
        } catch (RuntimeException e) {
            // Must not end the schedule: no client would be watched any more.
            LOG.error("http: watching the connections failed", e);
        }
    }

    private boolean isTooSlow(ClientWatch watch, long nowNanos) {
        boolean cut = watch.cutIfOver(nowNanos);
        if (cut) {
            tooSlow.increment();
        }
        return cut;
    }
}
