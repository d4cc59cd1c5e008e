package io.streamgauge.control.aggregate;

import static java.util.stream.Collectors.joining;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.aggregate.AggregateQuery.Order;
import io.streamgauge.control.aggregate.AggregateQuery.Position;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.SeriesFilter;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.stream.StreamCatalog;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/** Stored aggregates by REST. */
public final class AggregateResource implements HttpService {

    /** Where a stream's aggregates are. */
    public static final String PATH = "/api/v1/streams/{id}/aggregates";

    private static final Duration DEFAULT_RANGE = Duration.ofMinutes(15);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final AggregateRepository aggregates;
    private final StreamCatalog catalog;
    private final Clock clock;

    public AggregateResource(Database database, StreamCatalog catalog, Clock clock) {
        this.aggregates = new AggregateRepository(database);
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        StreamDefinition stream = catalog.get(tenant, request.path().pathParameters().get("id"));
        QueryParameters parameters =
                new QueryParameters(
                        request.query(),
                        TimeRange.FROM,
                        TimeRange.TO,
                        "window",
                        "where",
                        "order",
                        "limit",
                        Page.CURSOR);
        List<String> binding = binding(stream, parameters);
        AggregateQuery query = query(stream, parameters, binding);
        page(query, binding)
                .send(
                        request,
                        response,
                        (aggregate, json) -> AggregateCodec.write(aggregate, json));
    }

    private Page<Aggregate> page(AggregateQuery query, List<String> binding) {
        int limit = query.limit() - 1;
        return Page.of(
                aggregates.find(query),
                limit,
                last -> {
                    List<String> position = new ArrayList<>(query.range().toCursor());
                    position.add(last.start().toString());
                    position.add(last.series().id().toString());
                    return Cursor.encode(binding, position);
                });
    }

    /** Asks for one item more than the page takes: it tells whether there is another page. */
    private AggregateQuery query(
            StreamDefinition stream, QueryParameters parameters, List<String> binding) {
        TimeRange range = TimeRange.of(parameters, clock.instant(), DEFAULT_RANGE);
        Duration window = window(stream, parameters);
        SortedMap<String, String> where = SeriesFilter.where(stream, parameters);
        Order order =
                parameters
                        .parsed("order", "asc or desc", AggregateResource::order)
                        .orElse(Order.ASC);
        int limit = parameters.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        parameters.check();
        Optional<Position> after = Optional.empty();
        if (cursor.isPresent()) {
            List<String> parts = Cursor.decode(cursor.get(), binding, 4);
            range = TimeRange.ofCursor(parts.get(0), parts.get(1));
            after = Optional.of(position(parts.get(2), parts.get(3)));
        }
        return new AggregateQuery(
                stream.tenant(), stream.id(), window, range, where, order, after, limit + 1);
    }

    private Duration window(StreamDefinition stream, QueryParameters parameters) {
        List<Duration> windows = stream.spec().windows();
        Duration window = parameters.duration("window").orElse(windows.getFirst());
        if (!windows.contains(window) && !isFormerWindow(stream, window)) {
            parameters.violation(
                    "window",
                    "range",
                    "%s is no window of the stream (expected: one of %s)"
                            .formatted(
                                    Durations.format(window),
                                    windows.stream()
                                            .map(Durations::format)
                                            .collect(joining(", "))));
        }
        return window;
    }

    private boolean isFormerWindow(StreamDefinition stream, Duration window) {
        return window.compareTo(StreamSpecReader.MIN_WINDOW) >= 0
                && window.compareTo(StreamSpecReader.MAX_WINDOW) <= 0
                && window.toMillis() % 1_000 == 0
                && aggregates.hasWindow(stream.tenant(), stream.id(), window);
    }

    private static Optional<Order> order(String text) {
        return switch (text) {
            case "asc" -> Optional.of(Order.ASC);
            case "desc" -> Optional.of(Order.DESC);
            default -> Optional.empty();
        };
    }

    private static Position position(String start, String series) {
        try {
            return new Position(TimeRange.instantOfCursor(start), UUID.fromString(series));
        } catch (IllegalArgumentException notOurs) {
            throw Cursor.invalid();
        }
    }

    /** What two pages of one list have in common: everything but cursor and page size. */
    private static List<String> binding(StreamDefinition stream, QueryParameters parameters) {
        List<String> binding = new ArrayList<>();
        binding.add(stream.tenant().value());
        binding.add("aggregates");
        binding.add(stream.id().toString());
        for (String name : List.of(TimeRange.FROM, TimeRange.TO, "window", "order", "where")) {
            binding.add(name);
            binding.addAll(parameters.all(name).stream().sorted().toList());
        }
        return binding;
    }
}
