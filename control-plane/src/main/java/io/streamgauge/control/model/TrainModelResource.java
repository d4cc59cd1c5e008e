package io.streamgauge.control.model;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;

/** Asks for trainings by REST. */
public final class TrainModelResource implements HttpService {

    /** Where trainings are asked for. */
    public static final String PATH = "/api/v1/models:train";

    private static final int MAX_BODY_BYTES = 16 * 1024;

    private final TrainingService service;

    public TrainModelResource(TrainingService service) {
        this.service = service;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::train);
    }

    private void train(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        TrainingRequest wanted = TrainingRequest.of(JsonBody.read(request, MAX_BODY_BYTES));
        Training training = service.request(tenant, wanted, Origin.of(request));
        response.status(Status.ACCEPTED_202)
                .header(HeaderNames.LOCATION, TrainingResource.PATH + "/" + training.id());
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, training.toJson());
    }
}
