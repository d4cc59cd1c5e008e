package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Makes the records that tell of events which were not counted, and counts those. */
final class Rejections {

    /** Side output of both operators. */
    static final OutputTag<OutputRecord> TAG =
            new OutputTag<>("rejected", TypeInformation.of(OutputRecord.class));

    /** Of events, whether they are told of or not. */
    private final Map<RejectionReason, Counter> counters = new EnumMap<>(RejectionReason.class);

    private final Counter leftOut;

    Rejections(MetricGroup metrics) {
        leftOut = metrics.counter("rejectedEventsLeftOut");
        for (RejectionReason reason : RejectionReason.values()) {
            counters.put(
                    reason,
                    metrics.addGroup("reason", reason.wireName()).counter("rejectedEvents"));
        }
    }

    /** Tells of an event that had come as far as its windows. */
    OutputRecord record(SeriesEvent event, RejectionReason reason, String detail) {
        SeriesKey series = SeriesKey.parse(event.series());
        return record(
                series.tenant().value(),
                series.stream().toString(),
                reason,
                detail,
                event.arrival(),
                event.partition(),
                event.offset(),
                event.value());
    }

    /** Only counts an event: others like it are told of. */
    void leaveOut(RejectionReason reason) {
        count(reason);
        leftOut.inc();
    }

    OutputRecord record(
            String tenant,
            String stream,
            RejectionReason reason,
            String detail,
            long arrival,
            int partition,
            long offset,
            byte @Nullable [] value) {
        count(reason);
        RejectedEvent rejected =
                new RejectedEvent(
                        bounded(tenant),
                        bounded(stream),
                        reason,
                        detail,
                        Instant.ofEpochMilli(arrival),
                        partition,
                        offset,
                        text(value));
        return new OutputRecord(
                rejected.tenant() + "/" + rejected.stream(),
                rejected.tenant(),
                rejected.stream(),
                "",
                RejectedEventCodec.toBytes(rejected));
    }

    private void count(RejectionReason reason) {
        Counter counter = counters.get(reason);
        if (counter != null) {
            counter.inc();
        }
    }

    /** Headers of direct producers can be of any length. */
    private static String bounded(String header) {
        return header.length() <= 100 ? header : header.substring(0, 100);
    }

    private static String text(byte @Nullable [] value) {
        return value == null
                ? ""
                : new String(
                        value,
                        0,
                        Math.min(value.length, EventDecoder.MAX_EVENT_BYTES),
                        StandardCharsets.UTF_8);
    }
}
