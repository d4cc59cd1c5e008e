package io.streamgauge.local.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends, each second, one event for the machine and one for each processor, disk, network interface
 * and file system into the stream {@value SystemMetrics#STREAM}, which it declares where it is
 * missing.
 *
 * <p>One thread samples, another sends. While the server is away the newest five minutes wait in
 * memory; what is older is dropped.
 */
public final class HostMetricsAgent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostMetricsAgent.class);

    /** How long each of the agent's tokens should be good for; it asks for one when needed. */
    public static final Duration TOKEN_TTL = Duration.ofHours(1);

    private static final long PERIOD_MILLIS = 1_000;

    /**
     * Samples are taken in the middle of a second, so that each one-second window holds exactly
     * one, however late a thread is woken.
     */
    private static final long PHASE_MILLIS = 500;

    private final HostSampler sampler;
    private final EventSender sender;
    private final Clock clock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private boolean closed;

    private HostMetricsAgent(HostSampler sampler, EventSender sender, Clock clock) {
        this.sampler = sampler;
        this.sender = sender;
        this.clock = clock;
        this.thread =
                Thread.ofPlatform().name("host-metrics-sampler").daemon().unstarted(this::run);
    }

    /**
     * Starts an agent. Returns at once; a server that is not there yet is waited for.
     *
     * @param api the API's root, without {@code /api/v1}
     * @param tokens makes a bearer token that may write streams and events
     * @param onDeclared is called once, on a thread of the agent's, when the stream is there
     */
    public static HostMetricsAgent start(URI api, Supplier<String> tokens, Runnable onDeclared) {
        Clock clock = Clock.systemUTC();
        HostMetricsAgent agent =
                new HostMetricsAgent(
                        new HostSampler(),
                        EventSender.start(api, tokens, TOKEN_TTL, clock, onDeclared),
                        clock);
        agent.thread.start();
        return agent;
    }

    /** The definition of the stream, as the API takes it. */
    public static ObjectNode definition() {
        return SystemMetrics.definition();
    }

    /** Stops sampling and sending. What was not sent yet is lost. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        sender.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean failing = false;
        while (awaitNextTick()) {
            try {
                List<byte[]> events = sampler.sample(now());
                sender.offer(events);
                failing = false;
            } catch (RuntimeException e) { // from the depths of the operating system's interfaces
                if (!failing) {
                    LOG.warn("the machine's metrics cannot be read: {}", e.getMessage(), e);
                }
                failing = true;
            }
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** Returns false where the agent is closed. */
    private boolean awaitNextTick() {
        long now = clock.millis();
        long next = Math.floorDiv(now - PHASE_MILLIS, PERIOD_MILLIS) + 1;
        long left = next * PERIOD_MILLIS + PHASE_MILLIS - now;
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(left);
            while (!closed && nanos > 0) {
                nanos = closing.awaitNanos(nanos);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }
}
