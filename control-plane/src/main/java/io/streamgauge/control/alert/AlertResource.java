package io.streamgauge.control.alert;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Severity;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.stream.StreamCatalog;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Alerts by REST; their versions and shadows are {@link AlertVersionResource}'s. */
public final class AlertResource implements HttpService {

    /** Where the alerts are. */
    public static final String PATH = "/api/v1/alerts";

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final AlertReader reader;
    private final AlertService service;
    private final StreamCatalog streams;
    private final Clock clock;

    public AlertResource(
            AlertReader reader, AlertService service, StreamCatalog streams, Clock clock) {
        this.reader = reader;
        this.service = service;
        this.streams = streams;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::create)
                .get("/", this::list)
                .get("/{id}", this::get)
                .put("/{id}", this::update)
                .delete("/{id}", this::delete)
                .get("/{id}/status", this::status)
                .post("/{id}/pause", (request, response) -> pause(request, response, true))
                .post("/{id}/resume", (request, response) -> pause(request, response, false));
    }

    private void create(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        QueryParameters query =
                new QueryParameters(request.query(), AlertRequests.DRY_RUN, AlertRequests.NOTE);
        boolean dryRun = AlertRequests.dryRun(query);
        String note = AlertRequests.note(query);
        query.check();
        AlertSpec spec = AlertRequests.spec(request);
        Outcome created = service.create(tenant, spec, note, dryRun, Origin.of(request));
        if (!dryRun) {
            response.status(Status.CREATED_201)
                    .header(HeaderNames.LOCATION, PATH + "/" + created.alert().id());
        }
        AlertResponses.send(response, created, dryRun);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.reader(request);
        QueryParameters query =
                new QueryParameters(
                        request.query(),
                        "stream",
                        "severity",
                        "paused",
                        "label",
                        "limit",
                        Page.CURSOR);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        List<String> binding = new ArrayList<>(List.of(tenant.value(), "alerts", "by name"));
        for (String name : List.of("stream", "severity", "paused", "label")) {
            List<String> values = query.all(name);
            binding.add(Integer.toString(values.size()));
            binding.addAll(values);
        }
        String afterName =
                query.one(Page.CURSOR)
                        .map(cursor -> Cursor.decode(cursor, binding, 1).getFirst())
                        .orElse("");
        Optional<String> stream = query.one("stream");
        Optional<Severity> severity =
                query.parsed(
                        "severity",
                        "info, warning or critical",
                        text ->
                                Arrays.stream(Severity.values())
                                        .filter(it -> it.wireName().equals(text))
                                        .findFirst());
        Optional<Boolean> paused = AlertRequests.flag(query, "paused");
        Map<String, String> labels = labels(query);
        query.check();
        AlertFilter filter =
                new AlertFilter(
                        stream.map(it -> streams.get(tenant, it).id()), severity, paused, labels);
        Page.of(
                        reader.list(tenant, filter, afterName, limit + 1),
                        limit,
                        last -> Cursor.encode(binding, List.of(last.name())))
                .send(
                        request,
                        response,
                        (alert, json) -> json.writeRawValue(alert.toJson().toString()));
    }

    private static Map<String, String> labels(QueryParameters query) {
        Map<String, String> labels = new TreeMap<>();
        for (String text : query.all("label")) {
            int equals = text.indexOf('=');
            if (equals < 1 || text.chars().anyMatch(Character::isISOControl)) {
                query.violation(
                        "label",
                        "format",
                        "%s (expected: name=value)".formatted(QueryParameters.quote(text)));
            } else if (labels.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
                query.violation("label", "duplicate", "a label stands twice (expected: once)");
            }
        }
        return labels;
    }

    private void get(ServerRequest request, ServerResponse response) {
        Alert alert = reader.get(AlertRequests.reader(request), AlertRequests.id(request));
        if (alert.tag().isKnownTo(request)) {
            response.status(Status.NOT_MODIFIED_304)
                    .header(HeaderNames.ETAG, alert.tag().toString());
            response.send();
            return;
        }
        AlertResponses.headers(response, alert);
        JsonResponse.send(request, response, alert.toJson());
    }

    private void update(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        ChangeRequest change = AlertRequests.change(request, true);
        AlertSpec spec = AlertRequests.spec(request);
        AlertResponses.send(
                response,
                service.update(tenant, AlertRequests.id(request), spec, change),
                change.dryRun());
    }

    private void delete(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        service.delete(tenant, AlertRequests.id(request), AlertRequests.plain(request, true));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void status(ServerRequest request, ServerResponse response) {
        AlertStatus status =
                reader.status(AlertRequests.reader(request), AlertRequests.id(request));
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, status.toJson(clock.instant()));
    }

    private void pause(ServerRequest request, ServerResponse response, boolean paused) {
        TenantId tenant = AlertRequests.writer(request);
        AlertResponses.send(
                response,
                service.pause(
                        tenant,
                        AlertRequests.id(request),
                        paused,
                        AlertRequests.plain(request, false)),
                false);
    }
}
