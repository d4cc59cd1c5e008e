package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service on a bare socket, that answers whatever a test wants it to, be it HTTP or not. Reads
 * requests strictly and remembers them all, so that a test can say what has not come.
 */
final class TestingUpstream implements AutoCloseable {

    /**
     * One request.
     *
     * @param text its body, each byte as one character
     */
    record Received(String head, String text) {

        String requestLine() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** The lines of a header, in their order, without its name. */
        List<String> all(String name) {
            return head.lines()
                    .skip(1)
                    .filter(it -> it.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(it -> it.substring(name.length() + 1).strip())
                    .toList();
        }
    }

    /** What is done with one connection. */
    interface Script {
        void serve(Conversation conversation) throws IOException;
    }

    /** Answers one request. */
    interface Answer {
        void to(Received request, Conversation conversation) throws IOException;
    }

    final List<Received> received = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    /** Connections that the other end has ended, or broken, while a request was read or served. */
    final AtomicInteger broken = new AtomicInteger();

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private TestingUpstream(ServerSocket server, Script script) {
        this.server = server;
        Thread.ofVirtual().start(() -> accept(script));
    }

    /** Runs a script for each connection. */
    static TestingUpstream scripted(Script script) {
        try {
            return new TestingUpstream(
                    new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TestingUpstream on(ServerSocket server, Script script) {
        return new TestingUpstream(server, script);
    }

    /** Answers each request of each connection. */
    static TestingUpstream answering(Answer answer) {
        return scripted(answeringEach(answer));
    }

    static Script answeringEach(Answer answer) {
        return conversation -> {
            for (Optional<Received> next = conversation.next();
                    next.isPresent();
                    next = conversation.next()) {
                answer.to(next.get(), conversation);
            }
        };
    }

    /** Answers each request with a text. */
    static TestingUpstream answering(String response) {
        return answering((request, conversation) -> conversation.send(response));
    }

    /** A whole response with a length. */
    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    }

    int port() {
        return server.getLocalPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(port(), path));
    }

    Received only() {
        if (received.size() != 1) {
            throw new AssertionError("expected one request, but there were " + received);
        }
        return received.getFirst();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Script script) {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (socket) {
                                        script.serve(new Conversation(socket));
                                    } catch (IOException e) {
                                        broken.incrementAndGet();
                                    }
                                });
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** One connection, as its script sees it. */
    final class Conversation {

        final Socket socket;
        final InputStream in;
        final OutputStream out;

        private Conversation(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** The next request, whole; empty where there is none. */
        Optional<Received> next() throws IOException {
            Optional<String> head = nextHead();
            if (head.isEmpty()) {
                return Optional.empty();
            }
            Received received = new Received(head.get(), new String(body(head.get()), ISO_8859_1));
            TestingUpstream.this.received.add(received);
            return Optional.of(received);
        }

        /** The next head; its body is still to be read. */
        Optional<String> nextHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    if (head.isEmpty()) {
                        return Optional.empty();
                    }
                    throw new EOFException("in a head: " + head);
                }
                head.append((char) next);
            }
            return Optional.of(head.toString());
        }

        private byte[] body(String head) throws IOException {
            Received request = new Received(head, "");
            if (!request.all("Transfer-Encoding").isEmpty()) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                    body.write(chunk);
                }
                return body.toByteArray();
            }
            List<String> length = request.all("Content-Length");
            return length.isEmpty() ? new byte[0] : exactly(Integer.parseInt(length.getFirst()));
        }

        byte[] chunk() throws IOException {
            byte[] chunk = exactly(Integer.parseInt(line(), 16));
            if (!line().isEmpty()) {
                throw new IOException("a chunk without its end");
            }
            return chunk;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("in a line");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        byte[] exactly(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("in a body");
            }
            return bytes;
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        /** Waits until the other end has ended the connection. */
        void awaitEnd() throws IOException {
            while (in.read() >= 0) {
                // it may say what it likes
            }
        }
    }
}
