package io.streamgauge.embedded;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell that waits for this JVM to end and then interrupts a server, which PostgreSQL takes as a
 * fast, clean shutdown. It notices by the end of its standard input, which the operating system
 * closes with the JVM, whatever killed it. Signals of a terminal do not stop it.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final String SCRIPT =
            "trap '' HUP INT QUIT TERM; read -r dismissed || kill -INT \"$1\"";

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /** Watches over a server until dismissed. */
    static Watchdog guard(ProcessHandle server) throws IOException {
        Process shell =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                SCRIPT,
                                "streamgauge-watchdog",
                                String.valueOf(server.pid()))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new Watchdog(shell);
    }

    /** Ends the watch without touching the server. */
    void dismiss() {
        try (var input = shell.outputWriter()) {
            input.write("dismissed\n");
        } catch (IOException e) {
            LOG.debug("the watchdog had ended already", e);
        }
        try {
            if (!shell.waitFor(5, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
            }
        } catch (InterruptedException e) {
            shell.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
