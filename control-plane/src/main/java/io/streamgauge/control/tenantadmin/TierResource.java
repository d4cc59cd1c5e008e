package io.streamgauge.control.tenantadmin;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import java.util.Optional;

/** Tiers by REST, for everyone who has a credential. They are changed by SQL alone. */
public final class TierResource implements HttpService {

    /** Where the tiers are. */
    public static final String PATH = "/api/v1/tiers";

    private final TenantService service;

    public TierResource(TenantService service) {
        this.service = service;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        new QueryParameters(request.query()).check();
        new Page<>(service.tiers(), Optional.empty())
                .send(
                        request,
                        response,
                        (tier, json) -> json.writeRawValue(TenantJson.of(tier).toString()));
    }
}
