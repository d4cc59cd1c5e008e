package io.streamgauge.control.anomaly;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.anomaly.AnomalyQuery.Position;
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

/** What was unusual in a stream, by REST, newest first. */
public final class AnomalyResource implements HttpService {

    /** Where a stream's anomalies are. */
    public static final String PATH = "/api/v1/streams/{id}/anomalies";

    private static final Duration DEFAULT_RANGE = Duration.ofHours(24);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    /** What two pages of one list have in common. */
    private static final List<String> FILTERS =
            List.of(TimeRange.FROM, TimeRange.TO, "where", "measure", "kind", "minScore", "begins");

    private final AnomalyRepository anomalies;
    private final StreamCatalog catalog;
    private final Clock clock;

    public AnomalyResource(Database database, StreamCatalog catalog, Clock clock) {
        this.anomalies = new AnomalyRepository(database);
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
        List<String> known = new ArrayList<>(FILTERS);
        known.add("limit");
        known.add(Page.CURSOR);
        QueryParameters parameters =
                new QueryParameters(request.query(), known.toArray(String[]::new));
        List<String> binding = binding(stream, parameters);
        AnomalyQuery query = query(stream, parameters, binding);
        Page.of(
                        anomalies.find(query),
                        query.limit() - 1,
                        last -> Cursor.encode(binding, position(query.range(), last)))
                .send(request, response, AnomalyCodec::write);
    }

    /** Asks for one item more than the page takes: it tells whether there is another page. */
    private AnomalyQuery query(
            StreamDefinition stream, QueryParameters parameters, List<String> binding) {
        TimeRange range = TimeRange.of(parameters, clock.instant(), DEFAULT_RANGE);
        SortedMap<String, String> where = SeriesFilter.where(stream, parameters);
        double minScore = parameters.fraction("minScore").orElse(0.0);
        boolean beginnings =
                parameters
                        .parsed("begins", "true", it -> Optional.of(it).filter("true"::equals))
                        .isPresent();
        int limit = parameters.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        parameters.check();
        Optional<Position> after = Optional.empty();
        if (cursor.isPresent()) {
            List<String> parts = Cursor.decode(cursor.get(), binding, 4);
            range = TimeRange.ofCursor(parts.get(0), parts.get(1));
            after = Optional.of(place(parts.get(2), parts.get(3)));
        }
        return new AnomalyQuery(
                stream.tenant(),
                stream.id(),
                range,
                where,
                parameters.all("measure"),
                parameters.all("kind"),
                minScore,
                beginnings,
                after,
                limit + 1);
    }

    private static List<String> position(TimeRange range, Anomaly last) {
        List<String> position = new ArrayList<>(range.toCursor());
        position.add(last.end().toString());
        position.add(last.id().toString());
        return position;
    }

    private static Position place(String end, String id) {
        try {
            return new Position(TimeRange.instantOfCursor(end), UUID.fromString(id));
        } catch (IllegalArgumentException notOurs) {
            throw Cursor.invalid();
        }
    }

    private static List<String> binding(StreamDefinition stream, QueryParameters parameters) {
        List<String> binding = new ArrayList<>();
        binding.add(stream.tenant().value());
        binding.add("anomalies");
        binding.add(stream.id().toString());
        for (String name : FILTERS) {
            binding.add(name);
            binding.addAll(parameters.all(name).stream().sorted().toList());
        }
        return binding;
    }
}
