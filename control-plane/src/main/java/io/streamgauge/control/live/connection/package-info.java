/**
 * One client: who it is, what it may have, what waits for it, and when it was heard last. Knows the
 * way to the client as a {@link io.streamgauge.control.live.connection.Transport} only.
 */
@NullMarked
package io.streamgauge.control.live.connection;

import org.jspecify.annotations.NullMarked;
