/**
 * The ways in: WebSocket and server-sent events, each as the server's routing takes it and as a way
 * to write to a client. All that is known of the server in use is here.
 */
@NullMarked
package io.streamgauge.control.live.endpoint;

import org.jspecify.annotations.NullMarked;
