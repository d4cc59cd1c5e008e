/**
 * Live results over WebSocket: the protocol, its connections, and the hub that reads results once
 * and hands each to whom it concerns. The protocol is described in {@code docs/live-protocol.md}.
 * Knows nothing of how results come about.
 */
@NullMarked
package io.streamgauge.control.live;

import org.jspecify.annotations.NullMarked;
