package io.streamgauge.control.http;

import io.helidon.webserver.ConnectionContext;
import java.util.Optional;

/**
 * The client of the present request, for those that wait long on its behalf and those that write
 * its answer past the server. Used by the thread that serves the request.
 */
public final class ServedClient {

    private final WatchedContext context;

    private ServedClient(WatchedContext context) {
        this.context = context;
    }

    /** The client at the other end of a connection; empty where another listener serves it. */
    public static Optional<ServedClient> of(ConnectionContext context) {
        return context instanceof WatchedContext watched
                ? Optional.of(new ServedClient(watched))
                : Optional.empty();
    }

    /**
     * Begins to look whether it is still there. Only where nobody reads from it: when the body of
     * its request has been read.
     *
     * @param gone run at most once, on another thread, where it goes; must not wait
     */
    public void watch(Runnable gone) {
        WatchedContext.of(context).ahead().begin(context.serverSocket(), gone);
    }

    /** Ends that; the other is not run after this returns. */
    public void unwatch() {
        WatchedContext.of(context).ahead().forget();
    }

    /**
     * An answer is going to be written that the server does not write itself.
     *
     * @param last whether the connection ends with it
     */
    public void answering(boolean last) {
        ClientWatch watch = WatchedContext.of(context);
        watch.answering();
        if (last) {
            watch.requestIsLast();
        }
    }
}
