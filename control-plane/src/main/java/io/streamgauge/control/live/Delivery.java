package io.streamgauge.control.live;

/**
 * A result that waits to be sent for a subscription.
 *
 * @param stand where it stands in the logs
 * @param snapshot whether it is of the state that there was before, and so stands nowhere
 */
record Delivery(Subscription subscription, LiveResult result, Stand stand, boolean snapshot) {}
