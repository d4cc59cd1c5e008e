package io.streamgauge.control;

import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import io.streamgauge.control.event.EventLog;
import io.streamgauge.control.http.HttpListener;
import io.streamgauge.control.live.LiveHub;
import io.streamgauge.control.outbox.OutboxRelay;
import io.streamgauge.control.projection.Projection;
import io.streamgauge.control.projection.SkipReason;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.ratelimit.FallbackRateLimiter;
import io.streamgauge.control.responsecache.ResponseCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The features' counters as metrics. The features count without knowing of metrics; here the counts
 * get their names, which with their meanings are part of the control plane's interface. Takes back
 * what it registered when closed, as the registry is the JVM's; of several control planes in one
 * JVM the first is seen.
 */
final class Metrics implements AutoCloseable {

    private static final String SCOPE = "application";

    private final MeterRegistry registry;
    private final List<Meter> registered = new ArrayList<>();

    /** What the meters read. The registry refers to it weakly: collected, it would read as 0. */
    private final List<Object> observed = new ArrayList<>();

    /** Registers with the JVM's registry. */
    Metrics() {
        registry = io.helidon.metrics.api.Metrics.globalRegistry();
    }

    Metrics of(EventLog events) {
        counter(
                        "streamgauge_events_acknowledged",
                        "Events that Kafka has acknowledged",
                        events::acknowledged)
                .counter(
                        "streamgauge_events_failed",
                        "Events that Kafka has not acknowledged",
                        events::failed)
                .counter(
                        "streamgauge_heartbeats",
                        "Heartbeats that moved the clock",
                        events::heartbeats)
                .gauge(
                        "streamgauge_event_log_silence",
                        "Time since Kafka last acknowledged anything",
                        "seconds",
                        () -> seconds(events.silence()));
        return this;
    }

    Metrics of(OutboxRelay relay) {
        counter(
                        "streamgauge_outbox_published",
                        "Messages that the outbox relay has published",
                        relay::published)
                .counter(
                        "streamgauge_outbox_failed_rounds",
                        "Rounds of the outbox relay that failed",
                        relay::failedRounds);
        return this;
    }

    Metrics of(Projection projection) {
        counter(
                        "streamgauge_projection_stored",
                        "Results that the projection has stored",
                        projection.statistics()::stored)
                .counter(
                        "streamgauge_projection_fenced",
                        "Batches that the projection dropped because another had written them",
                        projection.statistics()::fenced)
                .gauge(
                        "streamgauge_projection_failing",
                        "For how long the projection has failed; 0 while all is well",
                        "seconds",
                        () -> seconds(projection.failingFor().orElse(Duration.ZERO)));
        for (SkipReason reason : SkipReason.values()) {
            counter(
                    "streamgauge_projection_skipped",
                    "Results that were not stored, by reason",
                    () -> projection.statistics().skipped(reason),
                    Tag.create("reason", reason.wireName()));
        }
        return this;
    }

    Metrics of(LiveHub live) {
        gauge("streamgauge_live_connections", "Clients connected", "", live::connections)
                .gauge(
                        "streamgauge_live_subscriptions",
                        "Subscriptions of the clients connected",
                        "",
                        live::subscriptions)
                .gauge(
                        "streamgauge_live_joining",
                        "Subscriptions on their way to the present",
                        "",
                        live::joining)
                .counter(
                        "streamgauge_live_delivered",
                        "Results queued for clients",
                        live.statistics()::delivered)
                .counter(
                        "streamgauge_live_dropped",
                        "Results dropped because clients read too slowly",
                        live.statistics()::dropped)
                .counter(
                        "streamgauge_live_closed_slow",
                        "Clients disconnected because they did not read",
                        live.statistics()::closedSlow)
                .counter(
                        "streamgauge_live_gaps",
                        "Gaps that clients were told of",
                        live.statistics()::gaps)
                .counter(
                        "streamgauge_live_encoded",
                        "Frames of results encoded, each for all who see the same",
                        live.statistics()::encoded)
                .counter(
                        "streamgauge_live_malformed",
                        "Records that were no results",
                        live.statistics()::malformed);
        return this;
    }

    Metrics of(SeriesGate series) {
        counter(
                        "streamgauge_series_refused",
                        "Events refused because their stream had as many series as it may",
                        series::refused)
                .counter(
                        "streamgauge_series_sets_dropped",
                        "How often a stream's series were forgotten for want of memory",
                        series::dropped)
                .gauge(
                        "streamgauge_series_memory",
                        "Memory of known series",
                        "bytes",
                        series::bytes);
        return this;
    }

    Metrics of(FallbackRateLimiter limiter) {
        gauge(
                        "streamgauge_rate_limit_degraded",
                        "1 while limits are each process' own because Redis is away",
                        "",
                        () -> limiter.isDegraded() ? 1 : 0)
                .counter(
                        "streamgauge_rate_limit_fallbacks",
                        "Decisions on limits that were local though they should have been shared",
                        limiter::fallbacks)
                .counter(
                        "streamgauge_rate_limit_round_trips",
                        "Commands to Redis for limits",
                        limiter::roundTrips);
        return this;
    }

    Metrics of(HttpListener listener) {
        gauge("streamgauge_http_connections", "Connections that are open", "", listener::connected)
                .counter(
                        "streamgauge_http_connections_timed_out",
                        "Connections closed because the client was idle or slow for too long",
                        listener::tooSlow)
                .counter(
                        "streamgauge_http_connections_displaced",
                        "Idle connections closed to make room for others",
                        listener::displaced)
                .counter(
                        "streamgauge_http_connections_refused",
                        "Connections refused because all were busy",
                        listener::refused);
        return this;
    }

    @Override
    public void close() {
        registered.forEach(registry::remove);
    }

    Metrics of(ResponseCache responses) {
        counter("streamgauge_cache_hits", "Requests answered from the cache", responses::hits)
                .counter(
                        "streamgauge_cache_misses",
                        "Requests to cacheable routes that a handler answered",
                        responses::misses)
                .counter(
                        "streamgauge_cache_collapsed",
                        "Requests answered with what a simultaneous one had computed",
                        responses::collapsed)
                .counter(
                        "streamgauge_cache_invalidations",
                        "Changes that voided the cached responses of a tenant, or all",
                        responses::invalidations)
                .gauge(
                        "streamgauge_cache_size",
                        "Memory that cached responses take, roughly",
                        "bytes",
                        responses::bytes)
                .gauge(
                        "streamgauge_cache_entries",
                        "Responses cached, void ones included until they are evicted",
                        "",
                        responses::entries);
        return this;
    }

    /** What only grows; its name ends with {@code _total} where it is read. */
    private Metrics counter(String name, String description, LongSupplier count, Tag... tags) {
        if (registry.meter(FunctionalCounter.class, name, List.of(tags)).isPresent()) {
            return this;
        }
        observed.add(count);
        registered.add(
                registry.getOrCreate(
                        FunctionalCounter.builder(name, count, LongSupplier::getAsLong)
                                .description(description)
                                .tags(List.of(tags))
                                .scope(SCOPE)));
        return this;
    }

    /**
     * What goes up and down.
     *
     * @param unit ends its name where it is read; empty for a mere number
     */
    private Metrics gauge(String name, String description, String unit, DoubleSupplier value) {
        if (registry.meter(Gauge.class, name, List.of()).isPresent()) {
            return this;
        }
        observed.add(value);
        Gauge.Builder<Double> gauge =
                Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                        .description(description)
                        .scope(SCOPE);
        registered.add(registry.getOrCreate(unit.isEmpty() ? gauge : gauge.baseUnit(unit)));
        return this;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }
}
