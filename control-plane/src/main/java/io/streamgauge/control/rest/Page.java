package io.streamgauge.control.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.request.BodySender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * A part of a list, and where it goes on.
 *
 * @param nextCursor empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> nextCursor) {

    /** Name of the query parameter that a cursor goes into. */
    public static final String CURSOR = "cursor";

    /** Writes one item, or members beside the items. */
    @FunctionalInterface
    public interface JsonWriter<T> {

        void write(T value, JsonGenerator json) throws IOException;
    }

    public Page {
        items = List.copyOf(items);
    }

    /**
     * The page of a query that asked for one item more than a page takes.
     *
     * @param cursor makes the cursor that goes on after an item
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        if (found.size() <= limit) {
            return new Page<>(found, Optional.empty());
        }
        List<T> items = found.subList(0, limit);
        return new Page<>(items, Optional.of(cursor.apply(items.getLast())));
    }

    /** Sends the page: {@code items}, {@code nextCursor} and the {@code Link} header. */
    public void send(ServerRequest request, ServerResponse response, JsonWriter<T> itemWriter) {
        send(request, response, itemWriter, (page, json) -> {});
    }

    /**
     * As {@link #send(ServerRequest, ServerResponse, JsonWriter)}, with members of the list's own.
     */
    public void send(
            ServerRequest request,
            ServerResponse response,
            JsonWriter<T> itemWriter,
            JsonWriter<Page<T>> members) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(1_024);
        try (JsonGenerator json = Json.factory().createGenerator(body)) {
            json.writeStartObject();
            json.writeArrayFieldStart("items");
            for (T it : items) {
                itemWriter.write(it, json);
            }
            json.writeEndArray();
            members.write(this, json);
            if (nextCursor.isPresent()) {
                json.writeStringField("nextCursor", nextCursor.get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a page could not be written to memory", e);
        }
        nextCursor.ifPresent(
                cursor ->
                        response.header(
                                HeaderNames.LINK,
                                "<%s>; rel=\"next\"".formatted(next(request, cursor))));
        response.header(HeaderNames.CONTENT_TYPE, JsonResponse.MEDIA_TYPE);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        BodySender.send(request, response, body.toByteArray());
    }

    /** The request's own path and parameters, with another cursor. */
    private static String next(ServerRequest request, String cursor) {
        UriQuery query = request.query();
        StringJoiner parameters = new StringJoiner("&");
        for (String name : query.names()) {
            if (!name.equals(CURSOR)) {
                for (String value : query.all(name)) {
                    parameters.add(encode(name) + "=" + encode(value));
                }
            }
        }
        parameters.add(CURSOR + "=" + encode(cursor));
        return request.path().absolute().rawPath() + "?" + parameters;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
