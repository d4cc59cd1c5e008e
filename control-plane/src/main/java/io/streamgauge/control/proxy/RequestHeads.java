package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Writes the heads of requests to a service: the client's headers that pass, and what the gateway
 * itself has to say. Every character is looked at before it is written, whatever was checked
 * before: a line break in a value would be a header of its own, or a request.
 */
final class RequestHeads {

    /** How the gateway names itself in {@code Via}. */
    static final String PSEUDONYM = "1.1 streamgauge";

    private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");
    private static final HeaderName FORWARDED_HOST = HeaderNames.create("X-Forwarded-Host");
    private static final HeaderName FORWARDED_PREFIX = HeaderNames.create("X-Forwarded-Prefix");
    private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Said by the gateway in one header, together with what earlier proxies have said. */
    private static final Set<String> CONTINUED =
            Set.of(
                    "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-prefix",
                    "x-forwarded-proto");

    private final UpstreamConfig config;
    private final HeaderRules rules;
    private final String authority;

    RequestHeads(UpstreamConfig config, HeaderRules rules) {
        this.config = config;
        this.rules = rules;
        authority = config.target().getRawAuthority();
    }

    /**
     * The head of a plain request.
     *
     * @param expectContinue whether the service is asked before the body is sent
     * @throws InvalidRequest where something in it cannot be passed on
     */
    byte[] ofRequest(
            IncomingRequest request,
            String target,
            RequestFraming framing,
            boolean expectContinue) {
        StringBuilder head = begin(request, target);
        switch (framing) {
            case RequestFraming.Bodiless bodiless -> {
                // Said where it was: some servers want it of a POST.
                if (request.headers().contains(HeaderNames.CONTENT_LENGTH)) {
                    line(head, "Content-Length", "0");
                }
            }
            case RequestFraming.Length length ->
                    line(head, "Content-Length", Long.toString(length.bytes()));
            case RequestFraming.Chunked chunked -> line(head, "Transfer-Encoding", "chunked");
        }
        if (expectContinue) {
            line(head, "Expect", "100-continue");
        }
        return end(head);
    }

    /**
     * The head of an upgrade to WebSocket. Key, version, subprotocols and extensions are headers
     * like others, and pass: the two ends agree with each other.
     *
     * @throws InvalidRequest where something in it cannot be passed on
     */
    byte[] ofUpgrade(IncomingRequest request, String target) {
        StringBuilder head = begin(request, target);
        line(head, "Connection", "Upgrade");
        line(head, "Upgrade", "websocket");
        return end(head);
    }

    private StringBuilder begin(IncomingRequest request, String target) {
        StringBuilder head = new StringBuilder(512);
        Headers headers = request.headers();
        head.append(token("method", request.prologue().method().text()))
                .append(' ')
                .append(target)
                .append(" HTTP/1.1\r\n");
        String host = headers.first(HeaderNames.HOST).orElse("");
        line(head, "Host", config.headers().preserveHost() ? host : authority);
        Set<String> options = HeaderRules.options(headers.all(HeaderNames.CONNECTION, List::of));
        for (Header header : headers) {
            if (rules.passesToUpstream(header.name(), options)
                    && !CONTINUED.contains(HeaderRules.lowerCase(header.name()))) {
                String name = token("a header's name", header.name());
                header.allValues().forEach(value -> line(head, name, value));
            }
        }
        sayWhereFrom(head, request, host);
        request.identity().ifPresent(identity -> sayWho(head, identity));
        return head;
    }

    private void sayWhereFrom(StringBuilder head, IncomingRequest request, String host) {
        String client = address(request);
        String scheme = request.secure() ? "https" : "http";
        Headers headers = request.headers();
        line(head, "X-Forwarded-For", join(kept(headers, FORWARDED_FOR), client));
        line(head, "X-Forwarded-Proto", first(kept(headers, FORWARDED_PROTO), scheme));
        line(head, "X-Forwarded-Host", first(kept(headers, FORWARDED_HOST), host));
        String element =
                "for=%s;host=%s;proto=%s"
                        .formatted(quoted(forwardedNode(client)), quoted(host), scheme);
        line(head, "Forwarded", join(kept(headers, HeaderNames.FORWARDED), element));
        String prefix =
                first(kept(headers, FORWARDED_PREFIX), "")
                        + (config.stripPrefix() ? config.pathPrefix() : "");
        if (!prefix.isEmpty()) {
            line(head, "X-Forwarded-Prefix", prefix);
        }
        line(head, "Via", join(headers.all(HeaderNames.VIA, List::of), PSEUDONYM));
        line(head, "X-Request-Id", request.requestId());
    }

    private static void sayWho(StringBuilder head, ForwardedIdentity identity) {
        line(head, ForwardedIdentity.TENANT_HEADER, encoded(identity.tenant()));
        line(head, ForwardedIdentity.SUBJECT_HEADER, encoded(identity.subject()));
        line(
                head,
                ForwardedIdentity.SCOPES_HEADER,
                String.join(
                        " ",
                        identity.scopes().stream().sorted().map(RequestHeads::encoded).toList()));
    }

    /** What earlier proxies have said, where they are believed. */
    private List<String> kept(Headers headers, HeaderName name) {
        return config.headers().trustForwarded() ? headers.all(name, List::of) : List.of();
    }

    private static String join(List<String> earlier, String last) {
        List<String> all = new ArrayList<>(earlier);
        all.add(last);
        return String.join(", ", all);
    }

    private static String first(List<String> earlier, String otherwise) {
        return earlier.isEmpty() ? otherwise : earlier.getFirst();
    }

    private static String address(IncomingRequest request) {
        if (request.peer().address() instanceof InetSocketAddress socket
                && socket.getAddress() != null) {
            InetAddress address = socket.getAddress();
            String text = address.getHostAddress();
            int scope = text.indexOf('%');
            return address instanceof Inet6Address && scope >= 0 ? text.substring(0, scope) : text;
        }
        return "unknown";
    }

    /** An address as RFC 7239 writes it. */
    private static String forwardedNode(String address) {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A token's subject can be any text; what is not visible ASCII goes as in a URL. */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte next : text.getBytes(UTF_8)) {
            if (next > ' ' && next < 0x7F && next != '%') {
                encoded.append((char) next);
            } else {
                encoded.append('%').append(HEX.toHexDigits(next));
            }
        }
        return encoded.toString();
    }

    private static void line(StringBuilder head, String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if ((next < ' ' && next != '\t') || next >= 0x7F) {
                throw new InvalidRequest(
                        ErrorCode.MALFORMED_REQUEST,
                        "%s: a character that cannot be passed on (expected: visible ASCII)"
                                .formatted(name),
                        List.of());
            }
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static String token(String what, String text) {
        if (text.isEmpty() || !text.chars().allMatch(HttpSyntax::isTokenCharacter)) {
            throw new InvalidRequest(
                    ErrorCode.MALFORMED_REQUEST,
                    what + ": not a token of HTTP (expected: letters, digits and a few signs)",
                    List.of());
        }
        return text;
    }

    private static byte[] end(StringBuilder head) {
        return head.append("\r\n").toString().getBytes(US_ASCII);
    }
}
