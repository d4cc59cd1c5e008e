package io.streamgauge.control.backtest;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;

/** Backtests by REST: a request is one, and its answer what came of it. Nothing is kept. */
public final class BacktestResource implements HttpService {

    /** Where alerts are tried. */
    public static final String PATH = "/api/v1/alerts:backtest";

    private static final int MAX_BODY_BYTES = 8 << 20;

    private final BacktestService service;

    public BacktestResource(BacktestService service) {
        this.service = service;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::run);
    }

    private void run(ServerRequest request, ServerResponse response) {
        // Evidence shows events, and to write an alert is to see them.
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_WRITE).tenant();
        BacktestRequest backtest = BacktestRequest.of(JsonBody.read(request, MAX_BODY_BYTES));
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, service.run(tenant, backtest).toJson());
    }
}
