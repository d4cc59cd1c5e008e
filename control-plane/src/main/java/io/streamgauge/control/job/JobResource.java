package io.streamgauge.control.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.QueryParameters;
import java.time.Clock;
import java.util.Optional;

/** The health of the jobs by REST, for operators of the platform: they are every tenant's. */
public final class JobResource implements HttpService {

    /** Where the jobs are. */
    public static final String PATH = "/api/v1/jobs";

    private final Optional<JobMonitor> monitor;
    private final Clock clock;

    /**
     * @param monitor empty where no Flink is configured
     */
    public JobResource(Optional<JobMonitor> monitor, Clock clock) {
        this.monitor = monitor;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Caller.of(request).requireOperator();
        new QueryParameters(request.query()).check();
        ObjectNode json =
                monitor.map(it -> JobJson.of(it.report(), clock.instant()))
                        .orElseGet(JobResource::notConfigured);
        JsonResponse.send(response, json);
    }

    private static ObjectNode notConfigured() {
        ObjectNode json = Json.mapper().createObjectNode().put("configured", false);
        json.putArray("items");
        return json;
    }
}
