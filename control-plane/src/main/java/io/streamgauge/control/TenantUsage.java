package io.streamgauge.control;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.ratelimit.LeasedCounters;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.UsageSource;
import java.util.Map;

/**
 * What a tenant uses of the quotas that live in memory. Connections and subscriptions are counted
 * over all replicas; series are those that this replica has seen, of the stream that has most.
 */
final class TenantUsage implements UsageSource {

    private final LeasedCounters leases;
    private final SeriesGate series;
    private final StreamService streams;

    TenantUsage(LeasedCounters leases, SeriesGate series, StreamService streams) {
        this.leases = leases;
        this.series = series;
        this.streams = streams;
    }

    @Override
    public Map<Quota, Long> used(TenantId tenant) {
        return Map.of(
                Quota.LIVE_CONNECTIONS,
                leases.count(Quota.LIVE_CONNECTIONS.wireName(), tenant),
                Quota.LIVE_SUBSCRIPTIONS,
                leases.count(Quota.LIVE_SUBSCRIPTIONS.wireName(), tenant),
                Quota.SERIES_PER_STREAM,
                streams.ids(tenant).stream().mapToLong(series::open).max().orElse(0));
    }
}
