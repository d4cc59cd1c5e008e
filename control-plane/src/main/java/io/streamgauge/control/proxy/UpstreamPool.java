package io.streamgauge.control.proxy;

import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.problem.BadGateway;
import io.streamgauge.control.problem.GatewayTimeout;
import io.streamgauge.control.problem.Unavailable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one service: those that wait for a request, and a bound on those that have
 * one. The one that waited least is taken first, so that the others grow old and end. Safe for use
 * by many threads; a connection that is taken belongs to its taker until it is given back or
 * closed.
 */
final class UpstreamPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

    /** A service closes what has been idle for some time, hardly what has just been used. */
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final UpstreamConfig config;
    private final SSLSocketFactory tls;
    private final Semaphore free;
    private final Deque<UpstreamConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    UpstreamPool(UpstreamConfig config, SSLSocketFactory tls) {
        this.config = config;
        this.tls = tls;
        free = new Semaphore(config.maxConnections());
    }

    /**
     * A connection for a request.
     *
     * @param repeatable whether the request may be sent again where the connection turns out to be
     *     closed; it is made more certain otherwise
     * @throws Unavailable where too many requests are with the service
     * @throws BadGateway where the service cannot be reached
     * @throws GatewayTimeout where it does not take the connection in time
     */
    UpstreamConnection take(boolean repeatable) {
        acquire();
        boolean taken = false;
        try {
            UpstreamConnection connection = idleOne(repeatable);
            if (connection == null) {
                connection = connect();
            }
            taken = true;
            return connection;
        } finally {
            if (!taken) {
                free.release();
            }
        }
    }

    /** A new connection in the place of one that was taken and has turned out to be closed. */
    UpstreamConnection replace(UpstreamConnection stale) {
        stale.close();
        return connect();
    }

    /**
     * Gives back what was taken, for the next request or, where it is not fit for one, for good.
     */
    void giveBack(UpstreamConnection connection, boolean fit) {
        if (fit && !closed && !config.timeouts().pooled().isZero() && connection.isQuiet(false)) {
            connection.rest();
            idle.addFirst(connection);
            if (closed) {
                closeIdle();
            }
        } else {
            connection.close();
        }
        free.release();
    }

    /** Connects outside of the bound; for a connection that is never given back. */
    UpstreamConnection connect() {
        try {
            return UpstreamConnection.open(config, tls);
        } catch (SocketTimeoutException e) {
            LOG.warn("{}: no connection in time", config.target());
            throw new GatewayTimeout(
                    "upstream: no connection within %d ms (expected: a service that runs)"
                            .formatted(config.timeouts().connect().toMillis()),
                    e);
        } catch (IOException e) {
            LOG.warn("{}: cannot be reached: {}", config.target(), e.toString());
            throw new BadGateway("upstream: cannot be reached (expected: a service that runs)", e);
        }
    }

    /** Ends what has waited for too long. */
    void evict() {
        for (UpstreamConnection old : idle.stream().filter(this::isOld).toList()) {
            if (idle.remove(old)) { // else somebody has just taken it
                old.close();
            }
        }
    }

    /** Ends what waits; what is in use ends when it is given back. */
    @Override
    public void close() {
        closed = true;
        closeIdle();
    }

    private void acquire() {
        try {
            if (free.tryAcquire(config.timeouts().connect().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Unavailable(
                "upstream: %d requests are with it (expected: fewer)"
                        .formatted(config.maxConnections()),
                RETRY_AFTER,
                null);
    }

    private @Nullable UpstreamConnection idleOne(boolean repeatable) {
        for (UpstreamConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            boolean certain = !repeatable && next.idleTime().compareTo(TRUSTED) > 0;
            if (!isOld(next) && next.isQuiet(certain)) {
                return next;
            }
            next.close();
        }
        return null;
    }

    private boolean isOld(UpstreamConnection connection) {
        return connection.idleTime().compareTo(config.timeouts().pooled()) > 0;
    }

    private void closeIdle() {
        for (UpstreamConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            next.close();
        }
    }
}
