package io.streamgauge.control.rest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.PayloadTooLarge;
import io.streamgauge.control.problem.UnsupportedMediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads small JSON bodies strictly: media type, size, syntax. */
public final class JsonBody {

    private JsonBody() {}

    /**
     * Reads the body of a request.
     *
     * @param maxBytes longest body that is taken
     * @throws UnsupportedMediaType where it is not {@code application/json} as it stands
     * @throws PayloadTooLarge where it is longer
     * @throws InvalidRequest where it is not JSON, with line and column
     */
    public static JsonNode read(ServerRequest request, int maxBytes) {
        requireJson(request);
        OptionalLong length = request.headers().contentLength();
        if (length.isPresent() && length.getAsLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        byte[] body = bytes(request, maxBytes);
        if (body.length == 0) {
            throw malformed("empty (expected: a JSON object)");
        }
        return parse(body);
    }

    private static JsonNode parse(byte[] body) {
        try {
            return Json.mapper().readTree(body);
        } catch (StreamConstraintsException e) {
            throw malformed("too deep or too long (expected: %s)".formatted(Json.LIMITS));
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            throw malformed(
                    location == null
                            ? "not JSON: " + e.getOriginalMessage()
                            : "not JSON at line %d, column %d: %s"
                                    .formatted(
                                            location.getLineNr(),
                                            location.getColumnNr(),
                                            e.getOriginalMessage()));
        } catch (IOException e) {
            // There is no input but the array: malformed UTF-8 comes as a bare IOException.
            throw malformed("not JSON: " + e.getMessage());
        }
    }

    private static byte[] bytes(ServerRequest request, int maxBytes) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] body = in.readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw tooLarge(maxBytes);
            }
            return body;
        } catch (DataReader.InsufficientDataAvailableException e) {
            // Else this would count as an error of ours.
            throw new CloseConnectionException("the client went away within a body", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the body could not be read", e);
        }
    }

    private static void requireJson(ServerRequest request) {
        String text = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!isJson(text)) {
            throw new UnsupportedMediaType(
                    "Content-Type: %s (expected: application/json)"
                            .formatted(text.isBlank() ? "missing" : text));
        }
        Optional<String> encoding =
                request.headers().first(HeaderNames.CONTENT_ENCODING).filter(it -> !it.isBlank());
        if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
            throw new UnsupportedMediaType(
                    "Content-Encoding: %s (expected: none)".formatted(encoding.get()));
        }
    }

    private static boolean isJson(String contentType) {
        try {
            HttpMediaType type = HttpMediaType.create(contentType);
            return type.test(MediaTypes.APPLICATION_JSON)
                    && type.charset().map(it -> it.equalsIgnoreCase("utf-8")).orElse(true);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static PayloadTooLarge tooLarge(int maxBytes) {
        return new PayloadTooLarge(
                "body: too large (expected: at most %d bytes)".formatted(maxBytes));
    }

    private static InvalidRequest malformed(String message) {
        return new InvalidRequest(
                ErrorCode.MALFORMED_REQUEST,
                "body: " + message,
                List.of(new Violation("#", "syntax", message)));
    }
}
