package io.streamgauge.contracts.anomaly;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.SeriesKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The JSON form of anomalies and bands, the same on their topics, in the REST API and in live
 * frames. Members that a reader does not know are passed over.
 */
public final class AnomalyCodec {

    private AnomalyCodec() {}

    /** Writes an anomaly as UTF-8 JSON. */
    public static byte[] toBytes(Anomaly anomaly) {
        return written(json -> write(anomaly, json));
    }

    /** Writes a band as UTF-8 JSON. */
    public static byte[] toBytes(Band band) {
        return written(json -> write(band, json));
    }

    /** Writes an anomaly as one JSON object. */
    public static void write(Anomaly anomaly, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", anomaly.id().toString());
        writePlace(anomaly.series(), anomaly.start(), anomaly.window(), json);
        // What alerts are judged by.
        json.writeNumberField("timestamp", anomaly.end().toEpochMilli());
        json.writeStringField("measure", anomaly.measure());
        json.writeNumberField("score", anomaly.score());
        json.writeStringField("kind", anomaly.kind());
        if (anomaly.model().isPresent()) {
            json.writeNumberField("model", anomaly.model().getAsLong());
        }
        json.writeBooleanField("begins", anomaly.begins());
        if (anomaly.value().isPresent()) {
            json.writeNumberField("value", anomaly.value().getAsDouble());
        }
        json.writeNumberField("expected", anomaly.expected());
        json.writeNumberField("lower", anomaly.lower());
        json.writeNumberField("upper", anomaly.upper());
        json.writeArrayFieldStart("contributions");
        for (Anomaly.Contribution contribution : anomaly.contributions()) {
            json.writeStartObject();
            json.writeStringField("feature", contribution.feature());
            json.writeNumberField("rarity", contribution.rarity());
            json.writeNumberField("share", contribution.share());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(Band band, JsonGenerator json) throws IOException {
        json.writeStartObject();
        writePlace(band.series(), band.start(), band.window(), json);
        json.writeObjectFieldStart("measures");
        for (Map.Entry<String, Band.Range> measure : band.measures().entrySet()) {
            Band.Range range = measure.getValue();
            json.writeObjectFieldStart(measure.getKey());
            json.writeNumberField("value", range.value());
            json.writeNumberField("expected", range.expected());
            json.writeNumberField("lower", range.lower());
            json.writeNumberField("upper", range.upper());
            json.writeNumberField("score", range.score());
            json.writeStringField("phase", range.phase());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writePlace(
            SeriesKey series, Instant start, Duration window, JsonGenerator json)
            throws IOException {
        json.writeStringField("tenant", series.tenant().value());
        json.writeStringField("stream", series.stream().toString());
        json.writeFieldName("dimensions");
        json.writeRawValue(series.dimensions());
        json.writeStringField("window", Durations.format(window));
        json.writeStringField("start", start.toString());
        json.writeStringField("end", start.plus(window).toString());
    }

    /**
     * Reads an anomaly.
     *
     * @throws IllegalArgumentException where the bytes are not one
     */
    public static Anomaly anomaly(byte[] bytes) {
        JsonNode json = tree(bytes);
        String measure = text(json, "measure");
        double score = number(json, "score");
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score: " + score + " (expected: 0 to 1)");
        }
        return new Anomaly(
                series(json),
                measure,
                start(json),
                window(json),
                score,
                text(json, "kind"),
                json.path("begins").asBoolean(),
                json.has("value")
                        ? OptionalDouble.of(number(json, "value"))
                        : OptionalDouble.empty(),
                number(json, "expected"),
                number(json, "lower"),
                number(json, "upper"),
                contributions(json.path("contributions")),
                model(json));
    }

    private static OptionalLong model(JsonNode json) {
        JsonNode model = json.path("model");
        if (model.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!model.isIntegralNumber() || !model.canConvertToLong() || model.longValue() < 1) {
            throw new IllegalArgumentException("model: (expected: an integer >= 1)");
        }
        return OptionalLong.of(model.longValue());
    }

    /**
     * Reads what an anomaly has under {@code contributions}.
     *
     * @throws IllegalArgumentException where it is not that
     */
    public static List<Anomaly.Contribution> contributions(JsonNode array) {
        List<Anomaly.Contribution> contributions = new ArrayList<>();
        for (JsonNode item : array) {
            contributions.add(
                    new Anomaly.Contribution(
                            text(item, "feature"), number(item, "rarity"), number(item, "share")));
        }
        return contributions;
    }

    /**
     * Reads a band.
     *
     * @throws IllegalArgumentException where the bytes are not one
     */
    public static Band band(byte[] bytes) {
        JsonNode json = tree(bytes);
        SortedMap<String, Band.Range> measures = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : json.path("measures").properties()) {
            JsonNode range = entry.getValue();
            measures.put(
                    entry.getKey(),
                    new Band.Range(
                            number(range, "value"),
                            number(range, "expected"),
                            number(range, "lower"),
                            number(range, "upper"),
                            number(range, "score"),
                            text(range, "phase")));
        }
        return new Band(series(json), start(json), window(json), measures);
    }

    private static SeriesKey series(JsonNode json) {
        String tenant = text(json, "tenant");
        if (!TenantId.isValid(tenant)) {
            throw new IllegalArgumentException("tenant: " + tenant + " (expected: a tenant id)");
        }
        StreamId stream =
                StreamId.parse(text(json, "stream"))
                        .orElseThrow(
                                () -> new IllegalArgumentException("stream: (expected: a UUID)"));
        JsonNode dimensions = json.path("dimensions");
        if (!dimensions.isObject()) {
            throw new IllegalArgumentException("dimensions: (expected: an object)");
        }
        SortedMap<String, String> values = new TreeMap<>();
        dimensions
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
        return new SeriesKey(
                new TenantId(tenant), stream, Json.mapper().valueToTree(values).toString());
    }

    private static Instant start(JsonNode json) {
        try {
            return Instant.parse(text(json, "start"));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("start: " + e.getMessage(), e);
        }
    }

    private static Duration window(JsonNode json) {
        String text = text(json, "window");
        return Durations.parse(text)
                .filter(window -> window.isPositive())
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "window: " + text + " (expected: a duration)"));
    }

    private static JsonNode tree(byte[] bytes) {
        try {
            return Json.mapper().readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode json, String name) {
        JsonNode text = json.path(name);
        if (!text.isTextual() || text.asText().isEmpty()) {
            throw new IllegalArgumentException(name + ": (expected: a text)");
        }
        return text.asText();
    }

    private static double number(JsonNode json, String name) {
        double number = json.path(name).asDouble(Double.NaN);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(name + ": (expected: a finite number)");
        }
        return number;
    }

    /** Writes JSON. */
    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.factory().createGenerator(bytes)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
        }
        return bytes.toByteArray();
    }
}
