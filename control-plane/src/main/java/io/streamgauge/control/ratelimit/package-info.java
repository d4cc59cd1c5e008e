/**
 * How much of something a tenant may use in a time, or have at once: token buckets for requests and
 * events, leased counts for connections and subscriptions. Shared by the replicas through Redis
 * where there is one, each process' own otherwise. Knows neither tenants' tiers nor routes: both
 * come with the demand.
 */
@NullMarked
package io.streamgauge.control.ratelimit;

import org.jspecify.annotations.NullMarked;
