/**
 * Live results over WebSocket and server-sent events, as one piece: the hub that reads results once
 * and keeps the connections, and what a subscription goes through before it is one. The protocol is
 * described in {@code docs/live-protocol.md}. Knows nothing of how results come about.
 *
 * <p>Below it, each knowing only those before it: {@code result}, what is pushed; {@code resume},
 * places in the logs; {@code request}, what a client asks for; {@code feed}, who is told of what;
 * {@code source}, where the feed has things from besides the logs; {@code wire}, the messages;
 * {@code connection}, one client. Above it: {@code endpoint}, the ways in.
 */
@NullMarked
package io.streamgauge.control.live;

import org.jspecify.annotations.NullMarked;
