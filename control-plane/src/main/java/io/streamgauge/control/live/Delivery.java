package io.streamgauge.control.live;

/** A result that waits to be sent for a subscription. */
record Delivery(Subscription subscription, LiveResult result) {}
