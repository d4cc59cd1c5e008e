package io.streamgauge.control.signin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.config.SignInConfig;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.rest.JsonResponse;
import java.net.URI;
import java.util.Optional;

/**
 * {@code /sign-in.json}: where people sign in, for the dashboard, which asks before there is a
 * credential. Therefore it is beside the API, as the API's description is, and tells nothing that
 * is a secret.
 */
public final class SignInResource implements HttpService {

    private static final String PATH = "/sign-in.json";

    private final ObjectNode answer = Json.mapper().createObjectNode();

    public SignInResource(TokenConfig token, SignInConfig signIn) {
        answer.putNull("provider");
        if (signIn.isConfigured()) {
            answer.putObject("provider")
                    .put("issuer", token.issuer())
                    .put("clientId", signIn.clientId())
                    .put("scope", String.join(" ", signIn.scopes()));
        }
    }

    /** The origin of the provider where people sign in; empty where they bring their tokens. */
    public static Optional<String> origin(TokenConfig token, SignInConfig signIn) {
        if (!signIn.isConfigured()) {
            return Optional.empty();
        }
        URI issuer = URI.create(token.issuer());
        return Optional.of(
                issuer.getScheme()
                        + "://"
                        + issuer.getHost()
                        + (issuer.getPort() < 0 ? "" : ":" + issuer.getPort()));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::tell);
    }

    private void tell(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        JsonResponse.send(response, answer);
    }
}
