package io.streamgauge.contracts.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.SeriesKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of an aggregate, the same on its topic, in the REST API and in live frames. The
 * record's key is the series key, whose dimensions the value repeats for readers.
 */
public final class AggregateCodec {

    private AggregateCodec() {}

    /** Writes an aggregate as UTF-8 JSON. */
    public static byte[] toBytes(Aggregate aggregate) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.factory().createGenerator(bytes)) {
            write(aggregate, json);
        } catch (IOException e) {
            throw new UncheckedIOException("an aggregate could not be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Writes an aggregate as one JSON object. */
    public static void write(Aggregate aggregate, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", aggregate.id());
        json.writeStringField("tenant", aggregate.series().tenant().value());
        json.writeStringField("stream", aggregate.series().stream().toString());
        json.writeFieldName("dimensions");
        json.writeRawValue(aggregate.series().dimensions());
        json.writeStringField("window", Durations.format(aggregate.window()));
        json.writeStringField("start", aggregate.start().toString());
        json.writeStringField("end", aggregate.end().toString());
        json.writeStringField("timing", aggregate.timing().wireName());
        json.writeNumberField("revision", aggregate.revision());
        json.writeNumberField("count", aggregate.count());
        json.writeFieldName("measures");
        write(aggregate.measures(), json);
        json.writeEndObject();
    }

    /** Writes statistics by measure alone, as an aggregate's {@code measures}. */
    public static String toJson(SortedMap<String, MeasureStatistics> measures) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = Json.factory().createGenerator(text)) {
            write(measures, json);
        } catch (IOException e) {
            throw new UncheckedIOException("measures could not be written to memory", e);
        }
        return text.toString();
    }

    private static void write(SortedMap<String, MeasureStatistics> measures, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, MeasureStatistics> measure : measures.entrySet()) {
            json.writeObjectFieldStart(measure.getKey());
            MeasureStatistics statistics = measure.getValue();
            json.writeNumberField("count", statistics.count());
            json.writeNumberField("sum", statistics.sum());
            json.writeNumberField("min", statistics.min());
            json.writeNumberField("max", statistics.max());
            json.writeNumberField("mean", statistics.mean());
            json.writeNumberField("stddev", statistics.stddev());
            json.writeNumberField("p50", statistics.p50());
            json.writeNumberField("p95", statistics.p95());
            json.writeNumberField("p99", statistics.p99());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /**
     * Reads an aggregate. Properties of newer writers are ignored.
     *
     * @throws IllegalArgumentException where the bytes are not one
     */
    public static Aggregate fromBytes(byte[] bytes) {
        try (JsonParser json = Json.factory().createParser(bytes)) {
            return new Reading(json).aggregate();
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("aggregate: " + e.getMessage(), e);
        }
    }

    /**
     * Reads what {@link #toJson(SortedMap)} wrote.
     *
     * @throws IllegalArgumentException where the text is not that
     */
    public static SortedMap<String, MeasureStatistics> measuresFromJson(String text) {
        try (JsonParser json = Json.factory().createParser(text)) {
            json.nextToken();
            return new Reading(json).measures();
        } catch (IOException e) {
            throw new IllegalArgumentException("measures: " + e.getMessage(), e);
        }
    }

    /** The work on one record. */
    private static final class Reading {

        private final JsonParser json;
        private @Nullable TenantId tenant;
        private @Nullable StreamId stream;
        private @Nullable String dimensions;
        private @Nullable Duration window;
        private @Nullable Instant start;
        private @Nullable Timing timing;
        private int revision;
        private long count;
        private SortedMap<String, MeasureStatistics> measures = new TreeMap<>();

        Reading(JsonParser json) {
            this.json = json;
        }

        Aggregate aggregate() throws IOException {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                switch (name) {
                    case "tenant" -> tenant = new TenantId(json.getText());
                    case "stream" -> stream = StreamId.parse(json.getText()).orElse(null);
                    case "dimensions" -> dimensions = raw();
                    case "window" -> window = Durations.parse(json.getText()).orElse(null);
                    case "start" -> start = Instant.parse(json.getText());
                    case "timing" -> timing = Timing.ofWireName(json.getText());
                    case "revision" -> revision = json.getIntValue();
                    case "count" -> count = json.getLongValue();
                    case "measures" -> measures = measures();
                    default -> json.skipChildren();
                }
            }
            return new Aggregate(
                    new SeriesKey(
                            present(tenant, "tenant"),
                            present(stream, "stream"),
                            present(dimensions, "dimensions")),
                    present(start, "start"),
                    present(window, "window"),
                    present(timing, "timing"),
                    revision,
                    count,
                    measures);
        }

        private String raw() throws IOException {
            expect(json.currentToken(), JsonToken.START_OBJECT);
            StringWriter text = new StringWriter(64);
            try (JsonGenerator copy = Json.factory().createGenerator(text)) {
                copy.copyCurrentStructure(json);
            }
            return text.toString();
        }

        private SortedMap<String, MeasureStatistics> measures() throws IOException {
            SortedMap<String, MeasureStatistics> result = new TreeMap<>();
            expect(json.currentToken(), JsonToken.START_OBJECT);
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                expect(json.nextToken(), JsonToken.START_OBJECT);
                result.put(name, statistics());
            }
            return result;
        }

        private MeasureStatistics statistics() throws IOException {
            long values = 0;
            double sum = 0;
            double min = 0;
            double max = 0;
            double mean = 0;
            double stddev = 0;
            double p50 = 0;
            double p95 = 0;
            double p99 = 0;
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                switch (name) {
                    case "count" -> values = json.getLongValue();
                    case "sum" -> sum = json.getDoubleValue();
                    case "min" -> min = json.getDoubleValue();
                    case "max" -> max = json.getDoubleValue();
                    case "mean" -> mean = json.getDoubleValue();
                    case "stddev" -> stddev = json.getDoubleValue();
                    case "p50" -> p50 = json.getDoubleValue();
                    case "p95" -> p95 = json.getDoubleValue();
                    case "p99" -> p99 = json.getDoubleValue();
                    default -> json.skipChildren();
                }
            }
            return new MeasureStatistics(values, sum, min, max, mean, stddev, p50, p95, p99);
        }

        private static void expect(@Nullable JsonToken actual, JsonToken expected)
                throws IOException {
            if (actual != expected) {
                throw new IOException(actual + " (expected: " + expected + ")");
            }
        }

        private static <T> T present(@Nullable T value, String name) throws IOException {
            if (value == null) {
                throw new IOException(name + " is missing or malformed");
            }
            return value;
        }
    }
}
