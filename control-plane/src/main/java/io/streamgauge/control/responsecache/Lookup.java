package io.streamgauge.control.responsecache;

/** How a request gets its response: as it is kept, or by computing it. */
public sealed interface Lookup {

    /**
     * The response is there.
     *
     * @param collapsed whether another request has computed it while this one waited
     */
    record Hit(StoredResponse response, boolean collapsed) implements Lookup {}

    /** The response has to be computed. */
    record Miss(Computation computation) implements Lookup {}
}
