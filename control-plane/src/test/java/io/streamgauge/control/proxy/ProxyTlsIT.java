package io.streamgauge.control.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyTlsIT {

    private static final char[] PASSWORD = "password".toCharArray();
    private static final String GET = "GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir static Path folder;

    private static SSLContext tls;

    @BeforeAll
    static void makeACertificate() throws Exception {
        Path file = folder.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "service",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=service",
                                "-ext",
                                "san=dns:localhost",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory keyManagers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, PASSWORD);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("service", keys.getCertificate("service"));
        trust.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @Test
    void reachesAServiceBehindTls() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        serving(
                                TestingUpstream.answeringEach(
                                        (request, conversation) -> {
                                            if (request.requestLine().startsWith("GET")) {
                                                await(answer);
                                            }
                                            conversation.send(
                                                    TestingUpstream.ok(
                                                            "length " + request.text().length()));
                                        }));
                ProxyServer proxy =
                        ProxyServer.to(target(upstream, "localhost"))
                                .tls(tls.getSocketFactory())
                                .start();
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            client.send("x".repeat(1_000_000));
            client.readUntil("length 1000000");

            // Waited for in steps, of which each ends within a record.
            client.send(GET);
            client.socket.setSoTimeout(500);
            assertThatIOException().isThrownBy(client.in::read);
            client.socket.setSoTimeout(20_000);
            answer.countDown();

            client.readUntil("length 0");
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void givesUpWhenTheClientGoesThoughItIsSendingThroughTls() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        serving(
                                conversation -> {
                                    conversation.nextHead();
                                    try {
                                        conversation.awaitEnd();
                                    } finally {
                                        ended.countDown();
                                    }
                                });
                ProxyServer proxy =
                        ProxyServer.to(target(upstream, "localhost"))
                                .tls(tls.getSocketFactory())
                                .start()) {
            try (RawClient client = proxy.connect()) {
                client.send(
                        "POST /services/test HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
                                + "x".repeat(10_000));
            }

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void relaysWebSocketThroughTls() throws Exception {
        TestingGuard guard = new TestingGuard();
        try (TestingUpstream upstream =
                        serving(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    frames.send(Frames.TEXT, frames.read().text());
                                    frames.close(1000, "");
                                    frames.awaitEnd();
                                });
                ProxyServer proxy =
                        ProxyServer.to(target(upstream, "localhost"))
                                .tls(tls.getSocketFactory())
                                .guard(guard)
                                .start();
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade("/services/test")).readHead();
            Frames frames = new Frames(client.in, client.out, true);
            frames.send(Frames.TEXT, "through");

            assertThat(frames.read().text()).isEqualTo("through");
            assertThat(frames.read().closeCode()).isEqualTo(1000);
            frames.close(1000, "");
            frames.awaitEnd();
        }
    }

    @Test
    void trustsNoServiceThatItDoesNotKnow() throws Exception {
        try (TestingUpstream upstream =
                        serving(
                                TestingUpstream.answeringEach(
                                        (request, conversation) ->
                                                conversation.send(TestingUpstream.ok("x"))));
                ProxyServer strange = ProxyServer.to(target(upstream, "localhost")).start();
                ProxyServer misnamed =
                        ProxyServer.to(target(upstream, "127.0.0.1"))
                                .tls(tls.getSocketFactory())
                                .start();
                RawClient first = strange.connect();
                RawClient second = misnamed.connect()) {
            assertThat(first.send(GET).readHead()).startsWith("HTTP/1.1 502");
            assertThat(second.send(GET).readHead()).startsWith("HTTP/1.1 502");
            assertThat(upstream.received).isEmpty();
        }
    }

    private static TestingUpstream serving(TestingUpstream.Script script) throws IOException {
        return TestingUpstream.on(
                tls.getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                script);
    }

    private static URI target(TestingUpstream upstream, String host) {
        return URI.create("https://%s:%d".formatted(host, upstream.port()));
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
