package io.streamgauge.control.live.feed;

import io.streamgauge.control.live.result.LiveResult;

/**
 * A result that waits to be sent for a subscription.
 *
 * @param stand where it stands in the logs
 * @param snapshot whether it is of the state that there was before, and so stands nowhere
 */
public record Delivery(
        Subscription subscription, LiveResult result, Stand stand, boolean snapshot) {}
