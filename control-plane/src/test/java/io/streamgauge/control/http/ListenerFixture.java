package io.streamgauge.control.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.HttpLimits;
import io.streamgauge.control.config.TlsFiles;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.request.BodySender;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.request.SecurityHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server with a listener as the control plane has it, and handlers that need nothing else: {@code
 * /health}, {@code /echo}, which answers with the length of its body, {@code /big}, {@code /wait},
 * which answers when it is let, {@code /bug}, and a WebSocket at {@code /socket} that echoes.
 */
final class ListenerFixture implements AutoCloseable {

    static final int BIG_BYTES = 16 << 20;

    final HttpListener listener;
    final CountDownLatch letGo = new CountDownLatch(1);

    /** Requests whose handler is at work. */
    final AtomicInteger working = new AtomicInteger();

    private final WebServer server;

    ListenerFixture(HttpLimits limits) {
        this(limits, Optional.empty(), List.of());
    }

    ListenerFixture(HttpLimits limits, Optional<TlsFiles> tls, List<String> origins) {
        listener = HttpListener.open(new HttpConfig("127.0.0.1", 0, tls, origins, limits));
        HttpRouting.Builder routing =
                HttpRouting.builder()
                        .addFilter(new RequestIdFilter())
                        .addFilter(new SecurityHeaders())
                        .addFilter(new CorsFilter(origins))
                        .get("/health", (request, response) -> response.send("up"))
                        .post("/echo", this::echo)
                        .get("/big", (request, response) -> response.send(new byte[BIG_BYTES]))
                        .get("/wait", this::await)
                        .get("/api/things", (request, response) -> response.send("[]"))
                        .get(
                                "/api/varied",
                                (request, response) -> {
                                    response.header("Vary", "Accept, Accept-Language");
                                    BodySender.send(request, response, new byte[0]);
                                })
                        .get(
                                "/api/bug",
                                (request, response) -> {
                                    throw new IllegalStateException("secret detail");
                                });
        ProblemHandlers.register(routing);
        WsRouting.Builder sockets = WsRouting.builder().endpoint("/socket", EchoingListener::new);
        server =
                WebServer.builder()
                        .update(it -> listener.applyTo(it, WsConfig.create()))
                        .shutdownHook(false)
                        .directHandlers(ProblemHandlers.direct())
                        .errorHandling(handling -> handling.includeEntity(true))
                        .maxPayloadSize(64L << 20)
                        .routing(routing)
                        .addRouting(sockets)
                        .build()
                        .start();
    }

    int port() {
        return server.port();
    }

    /** A connection that does what the test does. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10); // so that not reading is felt soon
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Reads up to the end of an answer's headers. */
    static String head(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /** Whether the server has ended a connection; waits for it, past what it may say before. */
    static boolean isEnded(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // With TLS, it may say why.
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Override
    public void close() {
        letGo.countDown();
        server.stop();
        listener.close();
    }

    private void echo(ServerRequest request, ServerResponse response) {
        working.incrementAndGet();
        try (InputStream in = request.content().inputStream()) {
            response.send(Integer.toString(in.readAllBytes().length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            working.decrementAndGet();
        }
    }

    private void await(ServerRequest request, ServerResponse response) throws InterruptedException {
        working.incrementAndGet();
        try {
            letGo.await();
            response.send("done");
        } finally {
            working.decrementAndGet();
        }
    }

    private static final class EchoingListener implements WsListener {

        @Override
        public void onMessage(WsSession session, String text, boolean last) {
            session.send(text, last);
        }
    }
}
