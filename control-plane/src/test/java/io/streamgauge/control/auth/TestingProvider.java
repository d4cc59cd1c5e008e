package io.streamgauge.control.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.testing.TestingIssuer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An identity provider over HTTP: describes itself, publishes keys, and can be told to misbehave.
 */
final class TestingProvider implements AutoCloseable {

    static final String DESCRIPTION = "/realm/.well-known/openid-configuration";
    static final String KEYS = "/realm/keys";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile List<JWK> keys = List.of();
    private volatile int status = 200;
    private volatile String issuerInDescription;
    private volatile String body = "";

    private TestingProvider(int port) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        issuerInDescription = issuer();
        server.setExecutor(threads);
        server.createContext(DESCRIPTION, exchange -> answer(exchange, description()));
        server.createContext(
                KEYS,
                exchange -> {
                    fetches.incrementAndGet();
                    answer(exchange, body.isEmpty() ? new JWKSet(keys).toString() : body);
                });
        server.createContext(
                "/realm/moved",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", KEYS);
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                });
        server.createContext("/realm/trickle", TestingProvider::trickle);
        server.start();
    }

    static TestingProvider start() {
        return start(0);
    }

    static TestingProvider start(int port) {
        return new TestingProvider(port);
    }

    int port() {
        return server.getAddress().getPort();
    }

    String address(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    String issuer() {
        return address("/realm");
    }

    /** A configuration that finds this provider's keys by discovery. */
    TokenConfig discovery() {
        return new TokenConfig("", issuer(), TestingIssuer.AUDIENCE);
    }

    /** What a good token of this provider says. */
    JWTClaimsSet.Builder claims(TenantId tenant, String... roles) {
        return TestingIssuer.claims(tenant, roles).issuer(issuer());
    }

    void publish(TestingIssuer... issuers) {
        keys = List.of(issuers).stream().<JWK>map(TestingIssuer::key).toList();
    }

    /** Answers everything with a status. */
    void answerWith(int other) {
        status = other;
    }

    void describeAs(String issuer) {
        issuerInDescription = issuer;
    }

    /** Publishes a text in the place of keys. */
    void publishText(String text) {
        body = text;
    }

    /** How often the keys were fetched. */
    int fetches() {
        return fetches.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private String description() {
        ObjectNode description = Json.mapper().createObjectNode();
        description.put("issuer", issuerInDescription);
        description.put("jwks_uri", address(KEYS));
        return description.toString();
    }

    private void answer(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Begins an answer and never ends it. */
    private static void trickle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        body.write('{');
        body.flush();
    }
}
