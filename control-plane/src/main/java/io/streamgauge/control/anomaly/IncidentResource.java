package io.streamgauge.control.anomaly;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.anomaly.IncidentQuery.Grouped;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.SeriesFilter;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.stream.StreamCatalog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What was unusual in a stream at the same time, by REST, newest first. */
public final class IncidentResource implements HttpService {

    /** Where a stream's incidents are. */
    public static final String PATH = "/api/v1/streams/{id}/anomalies/incidents";

    private static final Duration DEFAULT_RANGE = Duration.ofHours(24);
    private static final Duration MAX_RANGE = Duration.ofDays(31);
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final int DEFAULT_MEMBERS_LISTED = 5;
    private static final int MAX_MEMBERS_LISTED = 20;
    private static final int DEFAULT_MEMBERS = 100;
    private static final int MAX_MEMBERS = 1_000;
    private static final int MAX_MIN_SERIES = 1_000_000;

    /** What two pages of one list have in common. */
    private static final List<String> FILTERS =
            List.of(TimeRange.FROM, TimeRange.TO, "where", "minScore", "minSeries");

    private final IncidentRepository incidents;
    private final StreamCatalog catalog;
    private final Clock clock;

    public IncidentResource(Database database, StreamCatalog catalog, Clock clock) {
        this.incidents = new IncidentRepository(database);
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list).get("/{anomalyId}", this::get);
    }

    private void list(ServerRequest request, ServerResponse response) {
        StreamDefinition stream = stream(request);
        List<String> known = new ArrayList<>(FILTERS);
        known.addAll(List.of("members", "limit", Page.CURSOR));
        QueryParameters parameters =
                new QueryParameters(request.query(), known.toArray(String[]::new));
        List<String> binding = binding(stream, parameters);
        IncidentQuery query = query(stream, parameters, binding);
        Page.of(
                        incidents.find(query),
                        query.limit() - 1,
                        last -> Cursor.encode(binding, position(query.range(), last)))
                .send(request, response, (it, json) -> json.writeRawValue(it.toJson().toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        StreamDefinition stream = stream(request);
        UUID anomaly = PathId.of(request, "anomalyId", IncidentResource::notFound);
        QueryParameters parameters =
                new QueryParameters(request.query(), "where", "minScore", "members");
        Grouped grouped = grouped(stream, parameters);
        int members = parameters.integer("members", DEFAULT_MEMBERS, 0, MAX_MEMBERS);
        parameters.check();
        Incident incident =
                incidents
                        .find(stream.tenant(), stream.id(), anomaly, grouped, members)
                        .orElseThrow(() -> notFound(anomaly.toString()));
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, incident.toJson());
    }

    /** Asks for one item more than the page takes: it tells whether there is another page. */
    private IncidentQuery query(
            StreamDefinition stream, QueryParameters parameters, List<String> binding) {
        TimeRange range = TimeRange.of(parameters, clock.instant(), DEFAULT_RANGE);
        if (isTooLong(range)) {
            parameters.violation(
                    TimeRange.FROM,
                    "range",
                    "%s (expected: at most 31 days before to, %s)"
                            .formatted(range.from(), range.to()));
        }
        Grouped grouped = grouped(stream, parameters);
        int minSeries = parameters.integer("minSeries", 1, 1, MAX_MIN_SERIES);
        int members = parameters.integer("members", DEFAULT_MEMBERS_LISTED, 0, MAX_MEMBERS_LISTED);
        int limit = parameters.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        parameters.check();
        Optional<Instant> before = Optional.empty();
        if (cursor.isPresent()) {
            List<String> parts = Cursor.decode(cursor.get(), binding, 3);
            range = TimeRange.ofCursor(parts.get(0), parts.get(1));
            before = Optional.of(TimeRange.instantOfCursor(parts.get(2)));
            if (isTooLong(range)) {
                throw Cursor.invalid(); // and not ours
            }
        }
        return new IncidentQuery(
                stream.tenant(),
                stream.id(),
                range,
                grouped,
                minSeries,
                before,
                limit + 1,
                members);
    }

    private static boolean isTooLong(TimeRange range) {
        return Duration.between(range.from(), range.to()).compareTo(MAX_RANGE) > 0;
    }

    private static Grouped grouped(StreamDefinition stream, QueryParameters parameters) {
        return new Grouped(
                parameters.fraction("minScore").orElse(0.0),
                SeriesFilter.where(stream, parameters));
    }

    private StreamDefinition stream(ServerRequest request) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        return catalog.get(tenant, request.path().pathParameters().get("id"));
    }

    private static List<String> position(TimeRange range, Incident last) {
        List<String> position = new ArrayList<>(range.toCursor());
        position.add(last.begin().toString());
        return position;
    }

    private static List<String> binding(StreamDefinition stream, QueryParameters parameters) {
        List<String> binding = new ArrayList<>();
        binding.add(stream.tenant().value());
        binding.add("incidents");
        binding.add(stream.id().toString());
        for (String name : FILTERS) {
            binding.add(name);
            binding.addAll(parameters.all(name).stream().sorted().toList());
        }
        return binding;
    }

    private static NotFound notFound(String id) {
        return new NotFound(
                "incident: %s does not exist (expected: the id of one of the stream's anomalies)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }
}
