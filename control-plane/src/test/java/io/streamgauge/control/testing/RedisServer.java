package io.streamgauge.control.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.RedisConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A {@code redis-server} of the machine, empty for each test, on a free port of the loopback
 * interface, which can be killed, started again and halted. Where the binary has another name or
 * place, the system property {@code streamgauge.test.redis-server} says so.
 */
public final class RedisServer implements BeforeEachCallback, AfterEachCallback {

    private static final String BINARY =
            System.getProperty("streamgauge.test.redis-server", "redis-server");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private int port;
    private @Nullable Process process;

    @Override
    public void beforeEach(ExtensionContext context) {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        kill();
    }

    /** How to reach it, whether it runs or not. */
    public RedisConfig config() {
        return RedisConfig.at("redis://127.0.0.1:" + port);
    }

    /** Starts it, empty; returns when it can be reached. */
    public void start() {
        try {
            process =
                    new ProcessBuilder(
                                    BINARY,
                                    "--port",
                                    Integer.toString(port),
                                    "--bind",
                                    "127.0.0.1",
                                    "--save",
                                    "",
                                    "--appendonly",
                                    "no")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    BINARY + ": does not start (expected: Debian's package redis-server)", e);
        }
        await().atMost(PATIENCE).until(this::isReachable);
    }

    /** Ends it without warning; returns when it is gone. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process = null;
        }
    }

    /** Leaves its connections open, but answers nothing. */
    public void halt() {
        signal("STOP");
    }

    /** Ends a halt. */
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        if (process == null) {
            throw new IllegalStateException("not running (expected: start() before)");
        }
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReachable() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }
}
