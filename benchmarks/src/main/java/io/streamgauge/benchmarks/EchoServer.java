package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@link SubscriberLoad} compares with: a plain server of the same library that does nothing
 * but send a frame to each subscriber of a stream for each event that is posted to it, one after
 * the other. Its frames are those of the real server, but for the number that is measured by.
 * Prints {@code api}.
 */
public final class EchoServer {

    private static final Pattern STREAM = Pattern.compile("\"stream\":\"([^\"]+)\"");
    private static final Pattern DUE = Pattern.compile("\"due\":(\\d+)");

    private final String before;
    private final String behind;
    private final Map<String, List<WsSession>> subscribers = new ConcurrentHashMap<>();

    /**
     * @param frame one of the real server's
     */
    private EchoServer(String frame) {
        int number = frame.indexOf(Audience.NEWEST) + Audience.NEWEST.length();
        int end = number;
        while (Audience.DIGITS.indexOf(frame.charAt(end)) >= 0) {
            end++;
        }
        before = frame.substring(0, number);
        behind = frame.substring(end);
    }

    /**
     * Serves until standard input ends.
     *
     * @param args a frame of the real server
     */
    public static void main(String[] args) throws IOException {
        EchoServer echo = new EchoServer(args[0]);
        WebServer server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .featuresDiscoverServices(false)
                        .addRouting(
                                HttpRouting.builder()
                                        .post(
                                                "/api/v1/streams",
                                                (request, response) ->
                                                        response.status(Status.CREATED_201).send())
                                        .post("/api/v1/streams/{stream}/events", echo::post))
                        .addRouting(
                                WsRouting.builder()
                                        .endpoint("/api/v1/live", () -> echo.new Listener()))
                        .build()
                        .start();
        System.out.println("api http://127.0.0.1:" + server.port());
        System.out.flush();
        while (System.in.read() >= 0) {
            // Until the parent goes, however it goes.
        }
        server.stop();
    }

    private void post(ServerRequest request, ServerResponse response) throws IOException {
        String events = new String(request.content().inputStream().readAllBytes(), UTF_8);
        Matcher due = DUE.matcher(events);
        if (due.find()) {
            String frame = before + due.group(1) + behind;
            of(request.path().pathParameters().get("stream"))
                    .forEach(session -> send(session, frame));
        }
        response.send("{}");
    }

    /** A session takes one frame at a time. */
    private static void send(WsSession session, String frame) {
        synchronized (session) {
            session.send(frame, true);
        }
    }

    private List<WsSession> of(String stream) {
        return subscribers.computeIfAbsent(stream, name -> new CopyOnWriteArrayList<>());
    }

    private final class Listener implements WsListener {

        @Override
        public void onMessage(WsSession session, String text, boolean last) {
            Matcher stream = STREAM.matcher(text);
            if (stream.find()) {
                of(stream.group(1)).add(session);
            }
        }
    }
}
