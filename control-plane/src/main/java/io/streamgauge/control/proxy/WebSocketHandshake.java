package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.websocket.WsUpgrader;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.Problem;
import io.streamgauge.control.request.RequestId;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/**
 * Opens relayed connections to one service. The handshake is the client's and the service's own,
 * passed on; here it is checked that both mean the same by it. Only where the service has agreed is
 * the client told so: an upgrade that the service refuses must not leave the client on a connection
 * on which it can write requests.
 */
final class WebSocketHandshake {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    private static final int MAX_INTERIM_RESPONSES = 8;

    private final UpstreamConfig config;
    private final UpgradeGuard guard;
    private final UpstreamPath paths;
    private final RequestHeads heads;
    private final HeaderRules rules;
    private final UpstreamPool connector;

    WebSocketHandshake(UpstreamConfig config, UpgradeGuard guard, SSLSocketFactory tls) {
        this.config = config;
        this.guard = guard;
        rules = new HeaderRules(config.headers());
        paths = new UpstreamPath(config);
        heads = new RequestHeads(config, rules);
        connector = new UpstreamPool(config, tls);
    }

    String pathPrefix() {
        return config.pathPrefix();
    }

    /**
     * Does it.
     *
     * @param tunnels where the connection is kept while it lives
     * @throws RequestException where the client, the guard or the service does not agree
     */
    WebSocketTunnel perform(
            ConnectionContext context,
            HttpPrologue prologue,
            Headers headers,
            Set<WebSocketTunnel> tunnels) {
        UpgradeGuard.Attempt attempt =
                new UpgradeGuard.Attempt(
                        config,
                        prologue,
                        headers,
                        context.remotePeer(),
                        context.isSecure(),
                        RequestId.takenFrom(headers.first(RequestId.HEADER)).value());
        check(attempt);
        UpgradeGuard.Admission admission = guard.admit(attempt);
        boolean open = false;
        try {
            WebSocketTunnel tunnel = connect(context, attempt, admission, tunnels);
            open = true;
            return tunnel;
        } catch (ControlPlaneException e) {
            throw attempt.refusal(Status.create(Problem.of(e).status()), message(e));
        } finally {
            if (!open) {
                admission.close();
            }
        }
    }

    private WebSocketTunnel connect(
            ConnectionContext context,
            UpgradeGuard.Attempt attempt,
            UpgradeGuard.Admission admission,
            Set<WebSocketTunnel> tunnels) {
        byte[] head =
                heads.ofUpgrade(
                        new IncomingRequest(
                                attempt.prologue(),
                                attempt.headers(),
                                attempt.peer(),
                                attempt.secure(),
                                attempt.requestId(),
                                admission.identity()),
                        paths.map(attempt.prologue()));
        UpstreamConnection upstream = connector.connect();
        boolean open = false;
        try {
            upstream.write(head, 0, head.length);
            ResponseHead answer = answer(upstream);
            checkAnswer(attempt, answer);
            accept(context, attempt, answer);
            WebSocketTunnel[] self = new WebSocketTunnel[1];
            self[0] =
                    new WebSocketTunnel(
                            context,
                            upstream,
                            admission,
                            () -> {
                                tunnels.remove(self[0]);
                                admission.close();
                            });
            tunnels.add(self[0]);
            open = true;
            return self[0];
        } catch (SocketTimeoutException e) {
            throw attempt.refusal(Status.GATEWAY_TIMEOUT_504, "upstream: no answer in time");
        } catch (IOException e) {
            throw attempt.refusal(Status.BAD_GATEWAY_502, "upstream: no answer that can be read");
        } finally {
            if (!open) {
                upstream.close();
            }
        }
    }

    /** What RFC 6455 (4.2.1) asks of a client. */
    private void check(UpgradeGuard.Attempt attempt) {
        Headers headers = attempt.headers();
        try {
            if (!(RequestFraming.of(headers) instanceof RequestFraming.Bodiless)) {
                throw attempt.refusal(
                        Status.BAD_REQUEST_400, "body: of an upgrade (expected: none)");
            }
        } catch (ControlPlaneException e) {
            throw attempt.refusal(Status.BAD_REQUEST_400, message(e));
        }
        if (!attempt.prologue().method().text().equals("GET")) {
            throw attempt.refusal(Status.BAD_REQUEST_400, "method: of an upgrade (expected: GET)");
        }
        if (!HeaderRules.options(headers.all(HeaderNames.CONNECTION, List::of))
                .contains("upgrade")) {
            throw attempt.refusal(
                    Status.BAD_REQUEST_400, "Connection: without an upgrade (expected: Upgrade)");
        }
        if (!only(headers, WsUpgrader.WS_VERSION).equals(VERSION)) {
            throw attempt.refusal(
                    Status.BAD_REQUEST_400, "Sec-WebSocket-Version: unknown (expected: 13)");
        }
        if (!isKey(only(headers, WsUpgrader.WS_KEY))) {
            throw attempt.refusal(
                    Status.BAD_REQUEST_400, "Sec-WebSocket-Key: not one (expected: 16 bytes)");
        }
    }

    private ResponseHead answer(UpstreamConnection upstream) throws IOException {
        Patience patience = Patience.of(config.timeouts().response());
        for (int i = 0; i < MAX_INTERIM_RESPONSES; i++) {
            ResponseHead head = ResponseHead.read(upstream, patience);
            if (head.status() >= 200 || head.status() == 101) {
                return head;
            }
        }
        throw new InvalidResponseException("too many interim responses");
    }

    /** What RFC 6455 (4.1) asks of a service. */
    private static void checkAnswer(UpgradeGuard.Attempt attempt, ResponseHead answer)
            throws IOException {
        if (answer.status() >= 400 && answer.status() < 500) {
            throw attempt.refusal(Status.create(answer.status()), "upstream: refuses the upgrade");
        }
        if (answer.status() != 101) {
            throw new InvalidResponseException(
                    "status: %d to an upgrade".formatted(answer.status()));
        }
        String accept = acceptOf(only(attempt.headers(), WsUpgrader.WS_KEY));
        if (!answer.all("Upgrade").stream().allMatch(it -> it.equalsIgnoreCase("websocket"))
                || !answer.connectionOptions().contains("upgrade")
                || !answer.all("Sec-WebSocket-Accept").equals(List.of(accept))) {
            throw new InvalidResponseException("an upgrade to something else");
        }
        List<String> offered =
                attempt.headers().all(WsUpgrader.PROTOCOL, List::of).stream()
                        .flatMap(it -> Arrays.stream(it.split(",", -1)))
                        .map(String::strip)
                        .toList();
        List<String> chosen = answer.all("Sec-WebSocket-Protocol");
        if (chosen.size() > 1 || !offered.containsAll(chosen)) {
            throw new InvalidResponseException("a subprotocol that was not offered");
        }
    }

    private void accept(
            ConnectionContext context, UpgradeGuard.Attempt attempt, ResponseHead answer) {
        StringBuilder head =
                new StringBuilder(256)
                        .append("HTTP/1.1 101 Switching Protocols\r\n")
                        .append("Connection: Upgrade\r\n")
                        .append("Upgrade: websocket\r\n")
                        .append("Via: ")
                        .append(RequestHeads.PSEUDONYM)
                        .append("\r\n")
                        .append(RequestId.HEADER.defaultCase())
                        .append(": ")
                        .append(attempt.requestId())
                        .append("\r\n");
        for (ResponseHead.Field field : answer.fields()) {
            if (rules.passesToClient(field.name(), answer.connectionOptions())) {
                head.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        context.dataWriter()
                .writeNow(BufferData.create(head.append("\r\n").toString().getBytes(US_ASCII)));
    }

    private static String only(Headers headers, HeaderName name) {
        List<String> values = headers.all(name, List::of);
        return values.size() == 1 ? values.getFirst() : "";
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String acceptOf(String key) {
        try {
            // SHA-1 is the protocol's, and proves nothing but that the other end speaks it.
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1: missing, which every JVM has", e);
        }
    }

    private static String message(ControlPlaneException exception) {
        String message = exception.getMessage();
        return message == null ? exception.code().title() : message;
    }
}
