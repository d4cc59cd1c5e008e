package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The versions of an alert by REST: what they said, what differs, the way back, the shadow. */
public final class AlertVersionResource implements HttpService {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    private final AlertReader reader;
    private final AlertService service;

    public AlertVersionResource(AlertReader reader, AlertService service) {
        this.reader = reader;
        this.service = service;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/{id}/versions", this::list)
                .get("/{id}/versions/{n}", this::get)
                .get("/{id}/versions/{n}/diff", this::diff)
                .post("/{id}/versions/{n}/restore", this::restore)
                .put("/{id}/shadow", this::shadow)
                .delete("/{id}/shadow", this::removeShadow)
                .post("/{id}/shadow/promote", this::promote);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.reader(request);
        Alert alert = reader.get(tenant, AlertRequests.id(request));
        QueryParameters query = new QueryParameters(request.query(), "limit", Page.CURSOR);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        List<String> binding = List.of(tenant.value(), "alert-versions", alert.id().toString());
        long before =
                query.one(Page.CURSOR)
                        .map(cursor -> Cursor.decode(cursor, binding, 1).getFirst())
                        .map(text -> number(text).orElseThrow(Cursor::invalid))
                        .orElse(Long.MAX_VALUE);
        query.check();
        Page.of(
                        reader.versions(tenant, alert, before, limit + 1),
                        limit,
                        last -> Cursor.encode(binding, List.of(Long.toString(last.number()))))
                .send(
                        request,
                        response,
                        (version, json) -> json.writeRawValue(json(alert, version).toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.reader(request);
        Alert alert = reader.get(tenant, AlertRequests.id(request));
        VersionRecord version = reader.version(tenant, alert, number(request));
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache"); // its mode changes
        JsonResponse.send(request, response, json(alert, version));
    }

    private void diff(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.reader(request);
        Alert alert = reader.get(tenant, AlertRequests.id(request));
        long number = number(request);
        QueryParameters query = new QueryParameters(request.query(), "against");
        long against =
                query.parsed("against", "the number of a version", AlertVersionResource::number)
                        .orElse(number - 1);
        if (against < 1) {
            query.violation("against", "required", "missing (expected: the number of a version)");
        }
        query.check();
        VersionRecord before = reader.version(tenant, alert, against);
        VersionRecord after = reader.version(tenant, alert, number);
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("version", number);
        json.put("against", against);
        json.set(
                "changes",
                SpecDiff.between(
                        AlertDefinitionCodec.toJson(before.spec()),
                        AlertDefinitionCodec.toJson(after.spec())));
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(request, response, json);
    }

    private void restore(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        long number = number(request);
        ChangeRequest change =
                noted(AlertRequests.change(request, false), "restored from version " + number);
        AlertResponses.send(
                response,
                service.restore(tenant, AlertRequests.id(request), number, change),
                change.dryRun());
    }

    private void shadow(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        ChangeRequest change = AlertRequests.change(request, true);
        AlertSpec spec = AlertRequests.spec(request);
        AlertResponses.send(
                response,
                service.shadow(
                        tenant, AlertRequests.id(request), spec, noted(change, "as a shadow")),
                change.dryRun());
    }

    private void removeShadow(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        service.removeShadow(tenant, AlertRequests.id(request), AlertRequests.plain(request, true));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void promote(ServerRequest request, ServerResponse response) {
        TenantId tenant = AlertRequests.writer(request);
        ChangeRequest change =
                noted(AlertRequests.change(request, false), "promoted from the shadow");
        AlertResponses.send(
                response,
                service.promote(tenant, AlertRequests.id(request), change),
                change.dryRun());
    }

    /** A change that says of itself what it is where nobody has said why it is made. */
    private static ChangeRequest noted(ChangeRequest change, String note) {
        return change.note().isEmpty()
                ? new ChangeRequest(
                        change.expected(),
                        change.onChange(),
                        note,
                        change.dryRun(),
                        change.origin())
                : change;
    }

    private static ObjectNode json(Alert alert, VersionRecord version) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("version", version.number());
        alert.versions().stream()
                .filter(it -> it.number() == version.number())
                .findFirst()
                .ifPresent(it -> json.put("mode", it.mode().wireName()));
        json.put("createdAt", version.createdAt().toString());
        json.put("createdBy", version.createdBy());
        json.put("note", version.note());
        json.set("spec", AlertDefinitionCodec.toJson(version.spec()));
        return json;
    }

    private static long number(ServerRequest request) {
        String text = request.path().pathParameters().get("n");
        return number(text)
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "version: %s does not exist (expected: the number of a version)"
                                                .formatted(QueryParameters.quote(text))));
    }

    private static Optional<Long> number(String text) {
        return NUMBER.matcher(text).matches()
                ? Optional.of(Long.parseLong(text))
                : Optional.empty();
    }
}
