package io.streamgauge.control.live.connection;

import java.time.Duration;

/**
 * When a client is asked whether it is there, and when it has been silent for too long. Whoever
 * hears the client says so from any thread; one thread asks what is due.
 */
final class Heartbeat {

    /** What is due. */
    enum Due {
        NOTHING,
        PING,
        END
    }

    private final Duration interval;
    private final Duration patience;
    private final boolean clientAnswers;
    private volatile long heardNanos;

    // Used by the thread that asks.
    private long pingedNanos;
    private boolean unanswered;
    private long unansweredSinceNanos;

    /**
     * @param clientAnswers whether pings are answered; where not, silence means nothing
     */
    Heartbeat(LiveOptions options, boolean clientAnswers, long nowNanos) {
        interval = options.pingInterval();
        patience = options.pongTimeout();
        this.clientAnswers = clientAnswers;
        heardNanos = nowNanos;
        pingedNanos = nowNanos;
    }

    /** The client has said something. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** What is due now; a ping is taken to be sent. */
    Due next(long nowNanos) {
        if (unanswered && heardNanos - pingedNanos > 0) {
            unanswered = false;
        }
        if (unanswered && nowNanos - unansweredSinceNanos > patience.toNanos()) {
            return Due.END;
        }
        if (nowNanos - pingedNanos <= interval.toNanos()) {
            return Due.NOTHING;
        }
        pingedNanos = nowNanos;
        if (!unanswered && clientAnswers) {
            unanswered = true;
            unansweredSinceNanos = nowNanos;
        }
        return Due.PING;
    }
}
