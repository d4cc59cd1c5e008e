package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.LiveFeed;
import io.streamgauge.control.live.feed.ResumeOptions;
import io.streamgauge.control.live.feed.ServerEvent;
import io.streamgauge.control.live.feed.Subscriber;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.LiveEntry;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to find, among the subscribers to a stream, the ten who want a result, and to hand
 * it to their queues, which are none here. The others are of the same stream and kind, and want
 * other hosts. The baseline is the ten alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class FanOutBenchmark {

    private static final int WANTING = 10;
    private static final TenantId TENANT = new TenantId("acme");

    /** So little that the memory of the past is no part of what is measured. */
    private static final ResumeOptions MEMORY = new ResumeOptions(1_000, 1 << 20, 1, 1, 1, 1);

    /** How many there are. */
    @Param({"10", "1000", "10000"})
    public int subscribers;

    private final StreamKey stream = new StreamKey(TENANT, new StreamId(UUID.randomUUID()));
    private final Counting subscriber = new Counting();
    private LiveFeed feed;
    private byte[] value;
    private long offset;

    /** Takes what it is given, and does nothing with it. */
    private static final class Counting implements Subscriber {

        private long count;

        @Override
        public void deliver(Delivery delivery) {
            count++;
        }

        @Override
        public void tell(ServerEvent event) {}

        @Override
        public int room() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void complete(Subscription subscription) {}
    }

    /** Lets all of them subscribe. */
    @Setup
    public void subscribe() {
        feed = new LiveFeed(MEMORY);
        feed.begin(LiveKind.AGGREGATES, 0, 0);
        for (int i = 0; i < subscribers; i++) {
            boolean unused =
                    feed.joinNow(
                            new Subscription(
                                    subscriber,
                                    Integer.toString(i),
                                    TENANT,
                                    Optional.of(stream),
                                    filter("h" + i / WANTING)));
        }
        value =
                """
                {"tenant":"acme","stream":"%s","window":"1s","start":"2026-01-01T00:00:00Z",\
                "dimensions":{"host":"h0"},"count":7}\
                """
                        .formatted(stream.stream())
                        .getBytes(UTF_8);
    }

    /** One result, as it comes from Kafka. */
    @Benchmark
    public long handOut() {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("aggregates", 0, offset++, new byte[0], value);
        record.headers().add(RecordHeaders.TENANT, TENANT.value().getBytes(UTF_8));
        record.headers().add(RecordHeaders.STREAM, stream.stream().toString().getBytes(UTF_8));
        feed.take(LiveEntry.of(LiveKind.AGGREGATES, record));
        return subscriber.count;
    }

    private static ResultFilter filter(String host) {
        return new ResultFilter(
                Optional.of(new AggregateFilter(Map.of("host", host), Set.of("1s"), Set.of())),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }
}
