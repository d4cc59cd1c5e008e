package io.streamgauge.control.live.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.common.buffers.BufferData;
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
 * A WebSocket. Results go past the server's session, as bytes of whole frames that all who are sent
 * the same share; the session would encode the text again for each of them.
 */
final class SocketTransport implements Transport {

    private static final int TEXT_FINAL = 0x81;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    /** What tells frames of a result apart. */
    private record View(String id, String binding) {}

    private final WsSession session;
    private final Thread reader;
    private final LiveStatistics statistics;

    /**
     * @param reader the server's thread that reads from the session
     */
    SocketTransport(WsSession session, Thread reader, LiveStatistics statistics) {
        this.session = session;
        this.reader = reader;
        this.statistics = statistics;
    }

    @Override
    public boolean write(Outbound outbound) {
        switch (outbound) {
            case Outbound.Text text -> session.send(text.frame(), true);
            case Outbound.Event event -> session.send(ServerFrames.event(event.event()), true);
            case Outbound.Result result -> write(result.delivery(), result.droppedBefore());
            case Outbound.Ping ping -> {
                session.send(ServerFrames.PING, true);
                session.ping(BufferData.empty());
            }
            case Outbound.Pong pong -> session.pong(pong.payload());
            case Outbound.Close close -> session.close(close.code().code(), close.reason());
        }
        return !(outbound instanceof Outbound.Close);
    }

    private void write(Delivery delivery, int dropped) {
        if (!(session.socketContext() instanceof ConnectionContext context)) {
            session.send(ServerFrames.next(delivery, dropped), true);
            return;
        }
        Subscription subscription = delivery.subscription();
        byte[] frame =
                dropped > 0 || delivery.snapshot()
                        ? encoded(delivery, dropped)
                        : delivery.stand()
                                .frame(
                                        new View(subscription.id(), subscription.binding()),
                                        () -> encoded(delivery, 0));
        context.dataWriter().writeNow(BufferData.create(frame));
    }

    private byte[] encoded(Delivery delivery, int dropped) {
        statistics.countEncoded();
        return framed(ServerFrames.next(delivery, dropped));
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

    /** A text as a frame of RFC 6455, section 5.2: final, not masked. */
    static byte[] framed(String text) {
        byte[] payload = text.getBytes(UTF_8);
        BufferData header = BufferData.create(10);
        header.write(TEXT_FINAL);
        if (payload.length < LENGTH_16) {
            header.write(payload.length);
        } else if (payload.length < 1 << 16) {
            header.write(LENGTH_16);
            header.writeInt16(payload.length);
        } else {
            header.write(LENGTH_64);
            header.writeInt32(0);
            header.writeInt32(payload.length);
        }
        int headerLength = header.available();
        byte[] frame = new byte[headerLength + payload.length];
        header.read(frame, 0, headerLength);
        System.arraycopy(payload, 0, frame, headerLength, payload.length);
        return frame;
    }
}
