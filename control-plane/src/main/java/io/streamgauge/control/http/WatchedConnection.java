package io.streamgauge.control.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/**
 * A connection that tells when it is over. Closes the socket itself, while it is watched: the
 * server would do it afterwards, and with TLS that can block.
 */
final class WatchedConnection implements ServerConnection, InterruptableTask<Void> {

    private final Clients clients;
    private final ClientWatch watch;
    private final ServerConnection connection;

    WatchedConnection(Clients clients, ClientWatch watch, ServerConnection connection) {
        this.clients = clients;
        this.watch = watch;
        this.connection = connection;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            connection.handle(limit);
        } finally {
            close();
            clients.end(watch);
        }
    }

    @Override
    public Duration idleTime() {
        return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        connection.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return connection instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    private void close() {
        try {
            watch.close();
        } catch (CutOffException closed) {
            // Which is what was wanted.
        }
    }
}
