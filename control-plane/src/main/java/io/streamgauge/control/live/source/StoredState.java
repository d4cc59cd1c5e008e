package io.streamgauge.control.live.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.control.aggregate.LatestAggregates;
import io.streamgauge.control.alertinstance.OpenInstances;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.live.feed.StateReader;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.result.LiveAggregate;
import io.streamgauge.control.live.result.LiveAlert;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.problem.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state as the projection has stored it: the last aggregates of each series and window, and the
 * alerts that are pending or firing. The place behind it is read before it is, so that what comes
 * between is in the state and comes once more, and nothing is missed.
 */
public final class StoredState implements StateReader {

    private static final Logger LOG = LoggerFactory.getLogger(StoredState.class);

    private final Database database;
    private final Topics topics;
    private final int limit;
    private final LatestAggregates aggregates;
    private final OpenInstances instances;
    private final List<Duration> windows;

    /**
     * @param limit aggregates of one window, and alerts, at most
     */
    public StoredState(Database database, Topics topics, int limit) {
        this(
                database,
                topics,
                limit,
                new LatestAggregates(database, Clock.systemUTC()),
                new OpenInstances(database),
                List.of());
    }

    private StoredState(
            Database database,
            Topics topics,
            int limit,
            LatestAggregates aggregates,
            OpenInstances instances,
            List<Duration> windows) {
        this.database = database;
        this.topics = topics;
        this.limit = limit;
        this.aggregates = aggregates;
        this.instances = instances;
        this.windows = List.copyOf(windows);
    }

    @Override
    public StateReader of(List<Duration> others) {
        return new StoredState(database, topics, limit, aggregates, instances, others);
    }

    @Override
    public Optional<State> read(Subscription subscription, Offsets end) {
        try {
            Offsets behind = database.inSystem(handle -> stored(handle, subscription, end));
            List<LiveResult> results = new ArrayList<>();
            subscription.stream().ifPresent(it -> addAggregates(subscription, it, results));
            addAlerts(subscription, results);
            return Optional.of(new State(results, behind));
        } catch (JdbiException | Unavailable e) {
            LOG.warn("live: a subscription begins without the state that there is", e);
            return Optional.empty();
        }
    }

    private void addAggregates(
            Subscription subscription, StreamKey stream, List<LiveResult> results) {
        if (subscription.filter().aggregates().isEmpty()) {
            return;
        }
        AggregateFilter filter = subscription.filter().aggregates().get();
        List<Aggregate> latest = new ArrayList<>();
        for (Duration window : windows) {
            if (filter.windows().isEmpty() || filter.windows().contains(Durations.format(window))) {
                latest.addAll(
                        aggregates.of(
                                stream.tenant(), stream.stream(), window, filter.where(), limit));
            }
        }
        latest.sort(comparing(Aggregate::start));
        for (Aggregate aggregate : latest) {
            LiveAggregate result =
                    new LiveAggregate(
                            aggregate.series().dimensionValues(),
                            Durations.format(aggregate.window()),
                            aggregate.start().toString(),
                            aggregate.timing().wireName(),
                            new String(AggregateCodec.toBytes(aggregate), UTF_8));
            if (subscription.wants(result)) {
                results.add(result);
            }
        }
    }

    private void addAlerts(Subscription subscription, List<LiveResult> results) {
        if (subscription.filter().alerts().isEmpty()) {
            return;
        }
        Optional<UUID> stream = subscription.stream().map(it -> it.stream().value());
        Map<String, String> where = subscription.filter().alerts().get().where();
        // The latest first, as they are found; told in the order in which they came about.
        for (ObjectNode transition :
                instances.transitions(subscription.tenant(), stream, where, limit).reversed()) {
            LiveAlert alert =
                    new LiveAlert(
                            texts(transition.path("key")),
                            transition.path("severity").asText(),
                            transition.path("state").asText(),
                            false,
                            transition.toString());
            if (subscription.wants(alert)) {
                results.add(alert);
            }
        }
    }

    private Offsets stored(Handle handle, Subscription subscription, Offsets end) {
        Offsets place = end;
        for (LiveKind kind : subscription.kinds()) {
            if (!kind.isLogged()) {
                continue;
            }
            Map<Integer, Long> stored =
                    handle.createQuery(
                                    """
                                    SELECT partition, next_offset FROM projection_offsets
                                    WHERE topic = :topic\
                                    """)
                            .bind("topic", kind.topic(topics))
                            .reduceRows(
                                    new HashMap<>(),
                                    (all, row) -> {
                                        all.put(
                                                row.getColumn("partition", Integer.class),
                                                row.getColumn("next_offset", Long.class));
                                        return all;
                                    });
            for (int partition = 0; partition < end.partitions(kind.log()); partition++) {
                long inTable = stored.getOrDefault(partition, end.next(kind.log(), partition));
                place = place.with(kind.log(), partition, inTable);
            }
        }
        return place;
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            texts.put(entry.getKey(), entry.getValue().asText());
        }
        return texts;
    }
}
