package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyStreamingIT {

    private static final long LARGE = 200L << 20;
    private static final int PIECE = 64 << 10;

    /** Far more than all buffers on the way, of which the sockets' are the largest. */
    private static final long BUFFERED = 24L << 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesALargeResponseThroughASmallHeap(boolean chunked) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\n%s\r\n\r\n"
                                                    .formatted(framing(chunked)));
                                    write(conversation.out, chunked, sent);
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            long before = usedHeap();
            client.send("GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readHead();

            // Nobody reads: whatever the service could send is in a buffer somewhere.
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BUFFERED);
            assertThat(usedHeap() - before).isLessThan(BUFFERED);

            assertThat(read(client.in, chunked)).isEqualTo(checksum());
            client.send("GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesALargeRequestThroughASmallHeap(boolean chunked) throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.nextHead();
                                    await(reading);
                                    long sum = read(conversation.in, chunked);
                                    conversation.send(TestingUpstream.ok(Long.toString(sum)));
                                    conversation.next();
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            AtomicLong sent = new AtomicLong();
            long before = usedHeap();
            client.send(
                    "POST /services/test HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n"
                            .formatted(framing(chunked)));
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> writeUnchecked(client.out, chunked, sent));

            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BUFFERED);
            assertThat(usedHeap() - before).isLessThan(BUFFERED);

            reading.countDown();
            writing.get(60, TimeUnit.SECONDS);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(client.readUntil(Long.toString(checksum()))).isNotEmpty();
        }
    }

    @Test
    void passesOnEventsAsTheyCome() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                                    + "Transfer-Encoding: chunked\r\n\r\n");
                                    await(next);
                                    conversation.send("9\r\ndata: 1\n\n\r\n");
                                    await(last);
                                    conversation.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send("GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n");

            // Each is waited for before the service goes on: nothing can be held back.
            assertThat(client.readHead())
                    .contains("Content-Type: text/event-stream")
                    .contains("Transfer-Encoding: chunked");
            next.countDown();
            client.readUntil("data: 1\n\n\r\n");
            last.countDown();
            client.readUntil("data: 2\n\n\r\n0\r\n\r\n");

            client.send("GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void flushesWhatTheServersOwnStreamWouldHoldBack() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                    + "5\r\nfirst\r\n");
                                    await(last);
                                    conversation.send("4\r\nlast\r\n0\r\n\r\n");
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send("GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n");

            client.readUntil("first\r\n");
            last.countDown();

            client.readUntil("last\r\n0\r\n\r\n");
        }
    }

    @Test
    void carriesAnAnswerThatComesWhileTheRequestIsSent() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.nextHead();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Transfer-Encoding: chunked\r\n\r\n");
                                    for (byte[] chunk = conversation.chunk();
                                            chunk.length > 0;
                                            chunk = conversation.chunk()) {
                                        conversation.send(
                                                "%x\r\n%s\r\n"
                                                        .formatted(
                                                                chunk.length,
                                                                new String(chunk, US_ASCII)
                                                                        .toUpperCase(Locale.ROOT)));
                                    }
                                    conversation.send("0\r\n\r\n");
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\n"
                            + "Host: a\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            client.readHead();
            for (String word : new String[] {"one", "two", "three"}) {
                client.send("%x\r\n%s\r\n".formatted(word.length(), word));
                client.readUntil(word.toUpperCase(Locale.ROOT) + "\r\n");
            }
            client.send("0\r\n\r\n");
            client.readUntil("0\r\n\r\n");
        }
    }

    @Test
    void tellsARefusalBeforeTheWholeRequestIsSent() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.nextHead();
                                    conversation.exactly(100_000);
                                    conversation.send(
                                            "HTTP/1.1 413 Too Large\r\nConnection: close\r\n"
                                                    + "Content-Length: 3\r\n\r\nbig");
                                    conversation.awaitEnd();
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            AtomicLong sent = new AtomicLong();
            client.send(
                    "POST /services/test HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n"
                            .formatted(framing(false)));
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> writeUnchecked(client.out, false, sent));

            String answer = client.readUntil("big");

            assertThat(answer).startsWith("HTTP/1.1 413").contains("Connection: close");
            assertThat(writing.handle((done, failure) -> true).get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void asksTheServiceBeforeItLetsTheClientSend() throws Exception {
        CountDownLatch decided = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    String head = conversation.nextHead().orElseThrow();
                                    assertThat(head).contains("Expect: 100-continue");
                                    await(decided);
                                    conversation.send("HTTP/1.1 100 Continue\r\n\r\n");
                                    conversation.exactly(4);
                                    conversation.send(TestingUpstream.ok("thanks"));
                                    conversation.next();
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 4\r\n\r\n");
            client.socket.setSoTimeout(200);
            assertThatIOException().isThrownBy(client.in::read);
            client.socket.setSoTimeout(20_000);

            decided.countDown();
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("body");

            assertThat(client.readUntil("thanks")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void lendsACalmServiceItsOwnContinue() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("thanks"));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 4\r\n\r\n");

            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("body");

            assertThat(client.readUntil("thanks")).startsWith("HTTP/1.1 200");
            assertThat(upstream.only().text()).isEqualTo("body");
        }
    }

    private static String framing(boolean chunked) {
        return chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + LARGE;
    }

    private static void writeUnchecked(OutputStream out, boolean chunked, AtomicLong sent) {
        try {
            write(out, chunked, sent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(OutputStream out, boolean chunked, AtomicLong sent)
            throws IOException {
        byte[] piece = new byte[PIECE];
        for (long i = 0; i < LARGE / PIECE; i++) {
            Arrays.fill(piece, (byte) i);
            if (chunked) {
                out.write("%x\r\n".formatted(PIECE).getBytes(US_ASCII));
            }
            out.write(piece);
            if (chunked) {
                out.write("\r\n".getBytes(US_ASCII));
            }
            sent.addAndGet(PIECE);
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(US_ASCII));
        }
        out.flush();
    }

    /** The checksum of a body, read to its end and not further. */
    private static long read(InputStream in, boolean chunked) throws IOException {
        CRC32 sum = new CRC32();
        byte[] bytes = new byte[PIECE];
        if (!chunked) {
            for (long left = LARGE; left > 0; ) {
                int count = in.read(bytes, 0, (int) Math.min(left, PIECE));
                assertThat(count).isPositive();
                sum.update(bytes, 0, count);
                left -= count;
            }
            return sum.getValue();
        }
        while (true) {
            StringBuilder size = new StringBuilder();
            for (int next = in.read(); next != '\r'; next = in.read()) {
                assertThat(next).isNotNegative();
                size.append((char) next);
            }
            in.skipNBytes(1);
            int length = Integer.parseInt(size.toString(), 16);
            byte[] chunk = in.readNBytes(length);
            sum.update(chunk);
            in.skipNBytes(2);
            if (length == 0) {
                return sum.getValue();
            }
        }
    }

    private static long checksum() {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[PIECE];
        for (long i = 0; i < LARGE / PIECE; i++) {
            Arrays.fill(piece, (byte) i);
            sum.update(piece);
        }
        return sum.getValue();
    }

    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(30))
                .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
