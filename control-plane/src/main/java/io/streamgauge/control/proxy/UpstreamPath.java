package io.streamgauge.control.proxy;

import io.helidon.http.HttpPrologue;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.NotFound;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Turns the path of a request into that of the request to the service. The bytes of the path pass
 * as they are, or what the gateway has decided upon and what the service sees could differ; for the
 * same reason a path is refused that could lead out of its prefix, however it is written: by dots,
 * by dots in percent signs, behind a {@code ;} that some servers cut off.
 */
final class UpstreamPath {

    private static final HexFormat HEX = HexFormat.of();

    private final String prefix;
    private final String base;
    private final boolean strip;

    UpstreamPath(UpstreamConfig config) {
        prefix = config.pathPrefix();
        base = config.target().getRawPath();
        strip = config.stripPrefix();
    }

    /** Whether a path is the prefix or below it. */
    static boolean isUnder(String prefix, String rawPath) {
        return rawPath.startsWith(prefix)
                && (rawPath.length() == prefix.length() || rawPath.charAt(prefix.length()) == '/');
    }

    /**
     * The target of the request to the service, with its query.
     *
     * @throws NotFound where the path is not under the prefix
     * @throws InvalidRequest where it cannot be passed on safely
     */
    String map(HttpPrologue prologue) {
        String path = prologue.uriPath().rawPath();
        if (!isUnder(prefix, path)) {
            throw new NotFound("path: nothing is there");
        }
        requireVisible(path);
        for (String segment : path.split("/", -1)) {
            requireHarmless(segment);
        }
        String mapped = base + (strip ? path.substring(prefix.length()) : path);
        if (mapped.startsWith("//")) {
            // Some servers read a host there.
            throw unsafe("begins with two slashes");
        }
        String query = prologue.query().rawValue();
        requireVisible(query);
        return (mapped.isEmpty() ? "/" : mapped) + (query.isEmpty() ? "" : "?" + query);
    }

    private static void requireHarmless(String segment) {
        String decoded = decode(segment);
        for (String part : decoded.split("[/\\\\]", -1)) {
            int parameter = part.indexOf(';');
            String name = parameter < 0 ? part : part.substring(0, parameter);
            if (name.equals(".") || name.equals("..")) {
                throw unsafe("a segment of dots");
            }
        }
    }

    /** A segment without its percent signs, each byte as one character. */
    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        byte[] bytes = new byte[segment.length()];
        int length = 0;
        for (int i = 0; i < segment.length(); i++) {
            char next = segment.charAt(i);
            if (next == '%') {
                if (i + 2 >= segment.length()
                        || !HexFormat.isHexDigit(segment.charAt(i + 1))
                        || !HexFormat.isHexDigit(segment.charAt(i + 2))) {
                    throw unsafe("a percent sign without two hexadecimal digits");
                }
                next = (char) HexFormat.fromHexDigits(segment, i + 1, i + 3);
                if (next < ' ' || next == 0x7F) {
                    throw unsafe("a control character %" + HEX.toHexDigits((byte) next));
                }
                i += 2;
            }
            bytes[length++] = (byte) next;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static void requireVisible(String text) {
        if (!text.chars().allMatch(it -> it > ' ' && it < 0x7F)) {
            throw unsafe("a character that is not visible ASCII");
        }
    }

    private static InvalidRequest unsafe(String reason) {
        return new InvalidRequest(
                ErrorCode.MALFORMED_REQUEST,
                "path: %s (expected: a path that means the same to every server)".formatted(reason),
                List.of());
    }
}
