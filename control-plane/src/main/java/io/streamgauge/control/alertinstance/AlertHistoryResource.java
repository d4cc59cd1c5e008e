package io.streamgauge.control.alertinstance;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.alertinstance.InstanceQuery.Position;
import io.streamgauge.control.alertlookup.AlertLookup;
import io.streamgauge.control.alertlookup.KnownAlert;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What came of one alert by REST: its instances, and how its shadow version differs. */
public final class AlertHistoryResource implements HttpService {

    /** Where an alert is. */
    public static final String PATH = "/api/v1/alerts/{id}";

    private static final Duration DEFAULT_RANGE = Duration.ofHours(24);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final List<String> STATES = List.of("pending", "firing", "resolved");
    private static final List<String> FILTERS =
            List.of(TimeRange.FROM, TimeRange.TO, "state", "shadow", "key");

    private final InstanceService instances;
    private final ShadowService shadows;
    private final AlertLookup alerts;
    private final InstantSource clock;

    public AlertHistoryResource(
            InstanceService instances,
            ShadowService shadows,
            AlertLookup alerts,
            InstantSource clock) {
        this.instances = instances;
        this.shadows = shadows;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/instances", this::instances).get("/shadow/diff", this::shadowDifference);
    }

    private void instances(ServerRequest request, ServerResponse response) {
        KnownAlert alert = alert(request);
        List<String> known = new ArrayList<>(FILTERS);
        known.add("limit");
        known.add(Page.CURSOR);
        QueryParameters parameters =
                new QueryParameters(request.query(), known.toArray(String[]::new));
        TimeRange asked = TimeRange.of(parameters, clock.instant(), DEFAULT_RANGE);
        int limit = parameters.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        InstanceQuery draft =
                new InstanceQuery(
                        alert.tenant(),
                        false,
                        Optional.of(alert.id().value()),
                        Optional.empty(),
                        Optional.empty(),
                        InstanceFilters.oneOf(parameters, "state", STATES),
                        List.of(),
                        InstanceFilters.bool(parameters, "shadow"),
                        Map.of(),
                        InstanceFilters.pairs(parameters, "key"),
                        Optional.empty(),
                        limit + 1);
        parameters.check();

        List<String> binding = binding(alert, parameters);
        Optional<List<String>> parts = cursor.map(text -> Cursor.decode(text, binding, 4));
        TimeRange range = parts.map(it -> TimeRange.ofCursor(it.get(0), it.get(1))).orElse(asked);
        Optional<Position> after = parts.map(it -> InstanceFilters.position(it.get(2), it.get(3)));
        Page.of(
                        instances.list(draft.in(range).after(after)),
                        limit,
                        last -> {
                            List<String> position = new ArrayList<>(range.toCursor());
                            position.addAll(InstanceFilters.cursor(last));
                            return Cursor.encode(binding, position);
                        })
                .send(
                        request,
                        response,
                        (instance, json) -> json.writeRawValue(instance.toJson().toString()));
    }

    private void shadowDifference(ServerRequest request, ServerResponse response) {
        KnownAlert alert = alert(request);
        QueryParameters parameters =
                new QueryParameters(request.query(), TimeRange.FROM, TimeRange.TO);
        TimeRange range = TimeRange.of(parameters, clock.instant(), DEFAULT_RANGE);
        parameters.check();
        if (alert.shadowVersion().isEmpty()) {
            throw new Conflict(
                    ErrorCode.NO_SHADOW,
                    "alert: %s has no shadow version (expected: one that runs beside the active)"
                            .formatted(alert.name()));
        }
        JsonResponse.send(response, shadows.compare(alert, alert.shadowVersion().get(), range));
    }

    private KnownAlert alert(ServerRequest request) {
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_READ).tenant();
        return alerts.get(tenant, request.path().pathParameters().get("id"));
    }

    private static List<String> binding(KnownAlert alert, QueryParameters parameters) {
        List<String> binding = new ArrayList<>();
        binding.add(alert.tenant().value());
        binding.add("alert instances");
        binding.add(alert.id().toString());
        for (String name : FILTERS) {
            binding.add(name);
            binding.addAll(parameters.all(name).stream().sorted().toList());
        }
        return binding;
    }
}
