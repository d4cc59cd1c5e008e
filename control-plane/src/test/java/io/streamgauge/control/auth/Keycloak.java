package io.streamgauge.control.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The Keycloak that {@code .ci/keycloak} has started, with the realm of {@code .ci}. */
final class Keycloak {

    private static final String REALM = "streamgauge";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    /** What a user or a machine is given. */
    record Tokens(String access, String id, String refresh) {}

    private Keycloak(String url) {
        this.url = url;
    }

    static Keycloak running() {
        String url = System.getProperty("streamgauge.test.keycloak", "");
        if (url.isEmpty()) {
            throw new IllegalStateException(
                    "streamgauge.test.keycloak: missing (expected: as .ci/keycloak sets it)");
        }
        return new Keycloak(url);
    }

    String url() {
        return url;
    }

    String issuer() {
        return url + "/realms/" + REALM;
    }

    String keysAddress() {
        return issuer() + "/protocol/openid-connect/certs";
    }

    /** A user logs in; the passwords of the realm are the names. */
    Tokens user(String client, String name, String scope) {
        return tokens(
                REALM,
                Map.of(
                        "grant_type", "password",
                        "client_id", client,
                        "username", name,
                        "password", name,
                        "scope", scope));
    }

    /** A machine identifies itself: OAuth 2 client credentials. */
    Tokens machine(String scope) {
        return tokens(
                REALM,
                Map.of(
                        "grant_type", "client_credentials",
                        "client_id", "sensors",
                        "client_secret", "sensors-secret",
                        "scope", scope));
    }

    /** The part of the provider that holds the key that RS256 tokens are signed with now. */
    String signingKeyProvider() {
        JsonNode keys = admin("GET", "/keys", "");
        String id = keys.path("active").path("RS256").asText();
        return StreamSupport.stream(keys.path("keys").spliterator(), false)
                .filter(key -> key.path("kid").asText().equals(id))
                .map(key -> key.path("providerId").asText())
                .findFirst()
                .orElseThrow();
    }

    /** From now on tokens are signed with a new key; the old ones are still published. */
    void rotateKeys() {
        ObjectNode provider = Json.mapper().createObjectNode();
        provider.put("name", "rotated");
        provider.put("providerId", "rsa-generated");
        provider.put("providerType", "org.keycloak.keys.KeyProvider");
        ObjectNode config = provider.putObject("config");
        // The highest is used: each rotation goes before those of earlier runs.
        config.putArray("priority").add(Long.toString(System.currentTimeMillis()));
        config.putArray("algorithm").add("RS256");
        admin("POST", "/components", provider.toString());
    }

    /** Keys are published no more. */
    void removeKeys(String provider) {
        admin("DELETE", "/components/" + provider, "");
    }

    private Tokens tokens(String realm, Map<String, String> form) {
        JsonNode answer =
                send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "%s/realms/%s/protocol/openid-connect/token"
                                                        .formatted(url, realm)))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(encode(form))));
        return new Tokens(
                answer.path("access_token").asText(),
                answer.path("id_token").asText(),
                answer.path("refresh_token").asText());
    }

    private JsonNode admin(String method, String path, String json) {
        Tokens admin =
                tokens(
                        "master",
                        Map.of(
                                "grant_type", "password",
                                "client_id", "admin-cli",
                                "username", "admin",
                                "password", "admin"));
        return send(
                HttpRequest.newBuilder(URI.create(url + "/admin/realms/" + REALM + path))
                        .header("Authorization", "Bearer " + admin.access())
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(json)));
    }

    private JsonNode send(HttpRequest.Builder builder) {
        HttpRequest request = builder.timeout(Duration.ofSeconds(30)).build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IOException(
                        "%s: %d %s".formatted(request, response.statusCode(), response.body()));
            }
            return Json.mapper().readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(
                        field ->
                                field.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
