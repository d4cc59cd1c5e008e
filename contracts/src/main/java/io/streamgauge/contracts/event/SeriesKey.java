package io.streamgauge.contracts.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Identifies a series: one stream and one combination of dimension values. Its text form is the
 * record key of events and aggregates and the state key in the jobs, so that everything about a
 * series is in one partition and one place, and so that tenants can never share a key.
 *
 * @param dimensions the values by name, as a JSON object of strings with its names in order: equal
 *     series have equal text
 */
public record SeriesKey(TenantId tenant, StreamId stream, String dimensions) {

    private static final int STREAM_ID_CHARACTERS = 36;

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException where the text was not written by {@link #toString()}
     */
    public static SeriesKey parse(String text) {
        int slash = text.indexOf('/');
        int end = slash + 1 + STREAM_ID_CHARACTERS;
        if (slash < 0 || text.length() <= end || text.charAt(end) != '/') {
            throw new IllegalArgumentException(
                    "series key: " + text + " (expected: tenant/stream/dimensions)");
        }
        StreamId stream =
                StreamId.parse(text.substring(slash + 1, end))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "series key: "
                                                        + text
                                                        + " (expected: a stream id)"));
        return new SeriesKey(
                new TenantId(text.substring(0, slash)), stream, text.substring(end + 1));
    }

    /** The dimension values by name. */
    public SortedMap<String, String> dimensionValues() {
        SortedMap<String, String> values = new TreeMap<>();
        try (JsonParser parser = Json.factory().createParser(dimensions)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                values.put(name, parser.getText());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "series key: " + dimensions + " (expected: a JSON object)", e);
        }
        return Collections.unmodifiableSortedMap(values);
    }

    /** A short, stable id of the series, derived from the whole key. */
    public UUID id() {
        return UUID.nameUUIDFromBytes(toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return tenant + "/" + stream + "/" + dimensions;
    }
}
