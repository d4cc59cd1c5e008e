package io.streamgauge.control.aggregate;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rest.TimeRange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The last stored aggregate of each series of late. A series that has been silent for two windows
 * and a minute has no present value any more.
 */
public final class LatestAggregates {

    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Windows that may lie in the future, by tenants' clocks. */
    private static final Duration AHEAD = Duration.ofHours(1);

    /** Rows looked at for one that is given out: how many windows of each series there may be. */
    private static final int ROWS_PER_SERIES = 10;

    private final AggregateRepository aggregates;
    private final InstantSource clock;

    public LatestAggregates(Database database, InstantSource clock) {
        aggregates = new AggregateRepository(database);
        this.clock = clock;
    }

    /**
     * Reads them, the latest first.
     *
     * @param where values that dimensions must have
     * @param limit series at most
     * @throws io.streamgauge.control.problem.Unavailable where the database is away
     */
    public List<Aggregate> of(
            TenantId tenant,
            StreamId stream,
            Duration window,
            Map<String, String> where,
            int limit) {
        AggregateQuery query =
                new AggregateQuery(
                        tenant,
                        stream,
                        window,
                        new TimeRange(
                                clock.instant().minus(window.multipliedBy(3)).minus(SLACK),
                                clock.instant().plus(AHEAD)),
                        new TreeMap<>(where),
                        AggregateQuery.Order.DESC,
                        Optional.empty(),
                        limit * ROWS_PER_SERIES);
        Set<UUID> seen = new HashSet<>();
        List<Aggregate> latest = new ArrayList<>();
        for (Aggregate aggregate : aggregates.find(query)) {
            if (latest.size() < limit && seen.add(aggregate.series().id())) {
                latest.add(aggregate);
            }
        }
        return latest;
    }
}
