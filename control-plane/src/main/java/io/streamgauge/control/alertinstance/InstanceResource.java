package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonProperties;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.silence.ActiveSilences;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Single instances by REST: what they are, and that somebody has seen them. */
public final class InstanceResource implements HttpService {

    /** Where the instances are. */
    public static final String PATH = "/api/v1/alert-instances";

    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int MAX_NOTE_CHARACTERS = 1_000;

    private final InstanceService service;
    private final ActiveSilences silences;

    public InstanceResource(InstanceService service, ActiveSilences silences) {
        this.service = service;
        this.silences = silences;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/{id}", this::get)
                .post("/{id}/ack", this::acknowledge)
                .delete("/{id}/ack", this::withdraw);
    }

    private void get(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_READ).tenant();
        send(response, tenant, service.get(tenant, id(request)));
    }

    private void acknowledge(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_WRITE).tenant();
        UUID id = id(request);
        String note = request.content().hasEntity() ? note(request) : "";
        send(response, tenant, service.acknowledge(tenant, id, note, Origin.of(request)));
    }

    private void withdraw(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_WRITE).tenant();
        send(response, tenant, service.withdraw(tenant, id(request), Origin.of(request)));
    }

    private static String note(ServerRequest request) {
        JsonNode body = JsonBody.read(request, MAX_BODY_BYTES);
        JsonProperties properties = new JsonProperties(body, Set.of("note"), Set.of());
        Optional<String> note =
                properties.get("note").equals(TextNode.valueOf(""))
                        ? Optional.empty()
                        : properties.text("note", MAX_NOTE_CHARACTERS);
        properties.check();
        return note.orElse("");
    }

    private static UUID id(ServerRequest request) {
        return PathId.of(request, "id", InstanceService::notFound);
    }

    private void send(ServerResponse response, TenantId tenant, AlertInstance instance) {
        ObjectNode json =
                instance.endedAt().isPresent()
                        ? instance.toJson()
                        : instance.toJson(silences.of(tenant));
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, json);
    }
}
