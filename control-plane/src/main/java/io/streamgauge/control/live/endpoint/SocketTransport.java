package io.streamgauge.control.live.endpoint;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.websocket.WsSession;
import io.streamgauge.control.live.connection.Outbound;
import io.streamgauge.control.live.connection.Transport;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.LiveStatistics;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.wire.ServerFrames;

/**
 * A WebSocket. What is sent goes past the server's session, as bytes of whole frames. So all who
 * are sent the same result share its frame, which the session would encode again for each of them;
 * and where the session closes by itself, on its own thread and from its one buffer, as it does for
 * frames that are none, it tears no frame that is being written.
 */
final class SocketTransport implements Transport {

    /** What tells frames of a result apart. */
    private record View(String id, String binding) {}

    private final WsSession session;
    private final Thread reader;
    private final LiveStatistics statistics;
    private final DataWriter out;
    private volatile boolean closed;

    /**
     * @param session of the server
     * @param reader the server's thread that reads from the session
     */
    SocketTransport(WsSession session, Thread reader, LiveStatistics statistics) {
        this.session = session;
        this.reader = reader;
        this.statistics = statistics;
        if (!(session.socketContext() instanceof ConnectionContext context)) {
            throw new IllegalArgumentException(
                    "session: %s (expected: one of the server)".formatted(session));
        }
        out = context.dataWriter();
    }

    @Override
    public boolean write(Outbound outbound) {
        switch (outbound) {
            case Outbound.Text text -> write(SocketFrames.text(text.frame()));
            case Outbound.Event event ->
                    write(SocketFrames.text(ServerFrames.event(event.event())));
            case Outbound.Result result -> write(result.delivery(), result.droppedBefore());
            case Outbound.Ping ping -> {
                write(SocketFrames.text(ServerFrames.PING));
                write(SocketFrames.ping());
            }
            case Outbound.Pong pong -> write(SocketFrames.pong(pong.payload()));
            case Outbound.Close close -> {
                closed = true;
                write(SocketFrames.close(close.code().code(), close.reason()));
            }
        }
        return !(outbound instanceof Outbound.Close);
    }

    private void write(Delivery delivery, int dropped) {
        Subscription subscription = delivery.subscription();
        byte[] frame =
                dropped > 0 || delivery.snapshot()
                        ? encoded(delivery, dropped)
                        : delivery.stand()
                                .frame(
                                        new View(subscription.id(), subscription.binding()),
                                        () -> encoded(delivery, 0));
        write(frame);
    }

    private void write(byte[] frame) {
        out.writeNow(BufferData.create(frame));
    }

    /** Whether a close was written: the client's answer ends the connection. */
    boolean hasClosed() {
        return closed;
    }

    private byte[] encoded(Delivery delivery, int dropped) {
        statistics.countEncoded();
        return SocketFrames.text(ServerFrames.next(delivery, dropped));
    }

    @Override
    public boolean clientAnswers() {
        return true;
    }

    @Override
    public void abort() {
        if (session instanceof ServerConnection connection) {
            connection.close(true);
        } else {
            reader.interrupt();
        }
    }
}
