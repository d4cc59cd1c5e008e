package io.streamgauge.control.live.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.control.live.connection.Outbound;
import io.streamgauge.control.live.connection.Transport;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.LiveStatistics;
import io.streamgauge.control.live.feed.ServerEvent;
import io.streamgauge.control.live.wire.ServerFrames;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/**
 * A response of server-sent events, with one subscription. The id of an event is its position, so
 * that a browser that comes back goes on by itself.
 */
final class EventStreamTransport implements Transport {

    /** What tells events of a result apart. */
    private record View(String binding) {}

    private final CompletableFuture<OutputStream> body = new CompletableFuture<>();
    private final boolean untilSynced;
    private final LiveStatistics statistics;

    /**
     * @param untilSynced whether it ends where what was before has been sent
     */
    EventStreamTransport(boolean untilSynced, LiveStatistics statistics) {
        this.untilSynced = untilSynced;
        this.statistics = statistics;
    }

    /** Everything before this waits. */
    void start(OutputStream responseBody) throws IOException {
        responseBody.write(
                ": streamgauge\n\n".getBytes(UTF_8)); // so that the client sees an answer
        responseBody.flush();
        body.complete(responseBody);
    }

    @Override
    public boolean write(Outbound outbound) {
        switch (outbound) {
            case Outbound.Text conversation -> {} // which there is none of
            case Outbound.Pong pong -> {}
            case Outbound.Ping ping -> send(": ping\n\n".getBytes(UTF_8));
            case Outbound.Result result -> send(event(result.delivery(), result.droppedBefore()));
            case Outbound.Event event -> send(event(event.event()).getBytes(UTF_8));
            case Outbound.Close close -> send(event(close).getBytes(UTF_8));
        }
        return switch (outbound) {
            case Outbound.Close close -> false;
            case Outbound.Event event ->
                    switch (event.event()) {
                        case ServerEvent.Complete complete -> false;
                        case ServerEvent.Synced synced -> !untilSynced;
                        case ServerEvent.Gap gap -> true;
                        case ServerEvent.Place place -> true;
                    };
            default -> true;
        };
    }

    @Override
    public boolean clientAnswers() {
        return false;
    }

    @Override
    public void abort() {
        body.cancel(false); // where it has not begun; the writer's interruption ends the rest
    }

    private byte[] event(Delivery delivery, int dropped) {
        return dropped > 0 || delivery.snapshot()
                ? encoded(delivery, dropped)
                : delivery.stand()
                        .frame(
                                new View(delivery.subscription().binding()),
                                () -> encoded(delivery, 0));
    }

    private byte[] encoded(Delivery delivery, int dropped) {
        statistics.countEncoded();
        StringBuilder data = ServerFrames.appendPayload(new StringBuilder(512), delivery.result());
        if (delivery.snapshot()) {
            data.append(",\"snapshot\":true");
        }
        if (dropped > 0) {
            data.append(",\"dropped\":").append(dropped);
        }
        data.append('}');
        String id =
                delivery.snapshot() ? "" : id(delivery.stand().position(delivery.subscription()));
        return (id + data(data.toString())).getBytes(UTF_8);
    }

    private static String event(ServerEvent event) {
        return switch (event) {
            case ServerEvent.Synced synced ->
                    "event: synced\n" + id(synced.position()) + data(ServerFrames.payload(synced));
            case ServerEvent.Gap gap ->
                    "event: gap\n" + id(gap.position()) + data(ServerFrames.payload(gap));
            // Without data: a browser takes note of it, and tells its page nothing.
            case ServerEvent.Place place -> id(place.position()) + "\n";
            case ServerEvent.Complete complete -> "event: complete\n" + data("{}");
        };
    }

    private static String event(Outbound.Close close) {
        return "event: close\n" + data(ServerFrames.close(close.code().code(), close.reason()));
    }

    private static String id(String position) {
        return "id: " + position + "\n";
    }

    /** A line break within JSON is blank space, but here it would end the line. */
    private static String data(String json) {
        return "data: " + json.replace('\n', ' ').replace('\r', ' ') + "\n\n";
    }

    private void send(byte[] event) {
        try {
            OutputStream out = body.join();
            out.write(event);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the client has gone", e);
        }
    }
}
