package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertId;
import java.util.UUID;

/**
 * An instance of an alert that composites are made of has begun to fire, or does so no longer. May
 * be repeated.
 *
 * @param clock when that was decided, on the platform's clock
 */
public record MemberSignal(AlertId alert, UUID instance, boolean firing, long clock) {}
