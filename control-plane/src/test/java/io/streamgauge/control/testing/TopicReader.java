package io.streamgauge.control.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.embedded.TopicContents;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Reads what stands in a topic. */
public final class TopicReader {

    private TopicReader() {}

    /** Every record up to the present end, partition by partition in order. */
    public static List<ConsumerRecord<byte[], byte[]>> all(KafkaConfig config, String topic) {
        return TopicContents.read(config.bootstrapServers(), topic);
    }

    /** The text of a record's header. */
    public static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? Optional.empty() : Optional.of(new String(header.value(), UTF_8));
    }
}
