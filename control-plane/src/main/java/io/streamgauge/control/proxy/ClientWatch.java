package io.streamgauge.control.proxy;

/** Tells when a client goes away while it waits for a response. */
interface ClientWatch {

    /** For a connection that cannot be watched: it is noticed when it is written to. */
    ClientWatch NONE =
            new ClientWatch() {
                @Override
                public void begin(Runnable gone) {}

                @Override
                public void end() {}
            };

    /**
     * Begins to watch. Only after the body of the request has been read.
     *
     * @param gone run at most once, on another thread
     */
    void begin(Runnable gone);

    /** Ends it; the other does not run after this returns. */
    void end();
}
