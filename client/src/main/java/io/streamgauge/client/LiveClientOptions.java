package io.streamgauge.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a client connects.
 *
 * @param api the API's root, {@code http:} or {@code https:}, without {@code /api/v1}
 * @param token gives the credential
 * @param tenant needed where the credential is good for several
 * @param backoff how long to wait between attempts
 * @param silence after how long without a frame the server is taken for gone; it sends one each 15 s
 * @param onState told of each change of the connection's state, by the thread that tells listeners
 */
public record LiveClientOptions(
        URI api,
        TokenSource token,
        Optional<String> tenant,
        Backoff backoff,
        Duration silence,
        Consumer<ConnectionState> onState) {

    private static final Duration SILENCE = Duration.ofSeconds(40);

    /** With what suits most. */
    public static LiveClientOptions of(URI api, TokenSource token) {
        return new LiveClientOptions(
                api, token, Optional.empty(), Backoff.DEFAULT, SILENCE, state -> {});
    }

    /** The same in a tenant. */
    public LiveClientOptions withTenant(String id) {
        return new LiveClientOptions(api, token, Optional.of(id), backoff, silence, onState);
    }

    /** The same with other waits. */
    public LiveClientOptions withBackoff(Backoff other) {
        return new LiveClientOptions(api, token, tenant, other, silence, onState);
    }

    /** The same with another patience. */
    public LiveClientOptions withSilence(Duration other) {
        return new LiveClientOptions(api, token, tenant, backoff, other, onState);
    }

    /** The same with somebody who is told how the connection stands. */
    public LiveClientOptions withStateListener(Consumer<ConnectionState> listener) {
        return new LiveClientOptions(api, token, tenant, backoff, silence, listener);
    }

    URI endpoint() {
        String scheme = "https".equals(api.getScheme()) ? "wss" : "ws";
        return URI.create(scheme + "://" + api.getRawAuthority() + "/api/v1/live");
    }
}
