package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamSpecReader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decoding and validating one event of three dimensions and five measures, which happens twice for
 * each: at the gateway and in the job. The baseline only parses the same bytes into a tree.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventDecodingBenchmark {

    private static final String STREAM =
            """
            {"name":"metrics","fields":[
              {"name":"time","type":"timestamp","role":"timestamp"},
              {"name":"host","type":"string","role":"dimension"},
              {"name":"kind","type":"string","role":"dimension"},
              {"name":"device","type":"string","role":"dimension"},
              {"name":"busy_percent","type":"number","role":"measure"},
              {"name":"read_bytes_per_second","type":"number","role":"measure"},
              {"name":"write_bytes_per_second","type":"number","role":"measure"},
              {"name":"queue_length","type":"number","role":"measure"},
              {"name":"temperature_celsius","type":"number","role":"measure"}]}
            """;

    private static final String EVENT =
            """
            {"time":"2026-01-01T12:34:56.789Z","host":"db-7.example.org","kind":"disk","device":"nvme0n1",\
            "busy_percent":37.25,"read_bytes_per_second":1048576,"write_bytes_per_second":524288.5,\
            "queue_length":3,"temperature_celsius":41.5}\
            """;

    private final byte[] event = EVENT.getBytes(UTF_8);
    private EventDecoder decoder;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
    public EventDecodingBenchmark() {}

    /** Makes the decoder. */
    @Setup
    public void prepare() throws IOException, InvalidInputException {
        decoder = new EventDecoder(StreamSpecReader.read(Json.mapper().readTree(STREAM)));
    }

    /** The baseline. */
    @Benchmark
    public JsonNode parseOnly() throws IOException {
        return Json.mapper().readTree(event);
    }

    /** What the gateway and the job do. */
    @Benchmark
    public Event decodeAndValidate() throws InvalidInputException {
        return decoder.decode(event);
    }
}
