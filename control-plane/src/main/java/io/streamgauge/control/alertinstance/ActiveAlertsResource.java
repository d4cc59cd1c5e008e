package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.alertinstance.InstanceQuery.Position;
import io.streamgauge.control.alertlookup.AlertLookup;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.silence.ActiveSilences;
import io.streamgauge.control.stream.StreamCatalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is pending or firing now, over all alerts of a tenant, by REST: the latest first, each with
 * the silences that it is under.
 */
public final class ActiveAlertsResource implements HttpService {

    /** Where they are. */
    public static final String PATH = "/api/v1/alerts/active";

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final List<String> STATES = List.of("pending", "firing");
    private static final List<String> FILTERS =
            List.of("alert", "stream", "severity", "state", "label", "key", "shadow");

    private final InstanceService instances;
    private final AlertLookup alerts;
    private final StreamCatalog streams;
    private final ActiveSilences silences;

    public ActiveAlertsResource(
            InstanceService instances,
            AlertLookup alerts,
            StreamCatalog streams,
            ActiveSilences silences) {
        this.instances = instances;
        this.alerts = alerts;
        this.streams = streams;
        this.silences = silences;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_READ).tenant();
        List<String> known = new ArrayList<>(FILTERS);
        known.add("limit");
        known.add(Page.CURSOR);
        QueryParameters parameters =
                new QueryParameters(request.query(), known.toArray(String[]::new));
        int limit = parameters.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = parameters.one(Page.CURSOR);
        List<String> binding = binding(tenant, parameters);
        InstanceQuery first = query(tenant, parameters, limit + 1);
        Optional<Position> after =
                cursor.map(text -> Cursor.decode(text, binding, 2))
                        .map(parts -> InstanceFilters.position(parts.get(0), parts.get(1)));
        List<AlertInstance> found = instances.list(first.after(after));
        ActiveSilences.Snapshot now = silences.of(tenant);
        Optional<Map<String, Long>> counts =
                after.isPresent() ? Optional.empty() : Optional.of(instances.counts(first));
        Page.of(found, limit, last -> Cursor.encode(binding, InstanceFilters.cursor(last)))
                .send(
                        request,
                        response,
                        (instance, json) -> json.writeRawValue(instance.toJson(now).toString()),
                        (page, json) -> writeCounts(counts, json));
    }

    private InstanceQuery query(TenantId tenant, QueryParameters parameters, int limit) {
        List<String> states = InstanceFilters.oneOf(parameters, "state", STATES);
        List<String> severities = InstanceFilters.severities(parameters);
        Map<String, String> labels = InstanceFilters.pairs(parameters, "label");
        Map<String, String> key = InstanceFilters.pairs(parameters, "key");
        boolean shadow = InstanceFilters.bool(parameters, "shadow").orElse(false);
        Optional<String> alert = parameters.one("alert");
        Optional<String> stream = parameters.one("stream");
        parameters.check();
        return new InstanceQuery(
                tenant,
                true,
                alert.map(it -> alerts.get(tenant, it).id().value()),
                stream.map(it -> streams.get(tenant, it).id().value()),
                Optional.empty(),
                states,
                severities,
                Optional.of(shadow),
                labels,
                key,
                Optional.empty(),
                limit);
    }

    /** On the first page only: the others would say nearly the same, at the same cost. */
    private static void writeCounts(Optional<Map<String, Long>> counts, JsonGenerator json)
            throws IOException {
        if (counts.isPresent()) {
            json.writeObjectFieldStart("counts");
            for (String state : STATES) {
                json.writeNumberField(state, counts.get().getOrDefault(state, 0L));
            }
            json.writeEndObject();
        }
    }

    private static List<String> binding(TenantId tenant, QueryParameters parameters) {
        List<String> binding = new ArrayList<>(List.of(tenant.value(), "active alerts"));
        for (String name : FILTERS) {
            binding.add(name);
            binding.addAll(parameters.all(name).stream().sorted().toList());
        }
        return binding;
    }
}
