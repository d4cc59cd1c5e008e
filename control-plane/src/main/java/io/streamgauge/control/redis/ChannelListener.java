package io.streamgauge.control.redis;

/** Hears a channel of {@link SharedStore}. Called on the client's threads: must not block. */
interface ChannelListener {

    /** A message has come. */
    void message(String message);

    /** The channel is heard from now on; what was said before is lost. */
    void gap();
}
