/**
 * The fan-out: who is subscribed to what, the delivery of each result to whom it concerns, and the
 * way of a subscription from the past to the present. Knows those it delivers to as {@link
 * io.streamgauge.control.live.feed.Subscriber}s only, and no protocol.
 */
@NullMarked
package io.streamgauge.control.live.feed;

import org.jspecify.annotations.NullMarked;
