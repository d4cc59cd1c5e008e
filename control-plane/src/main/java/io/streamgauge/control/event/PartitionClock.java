package io.streamgauge.control.event;

import io.streamgauge.contracts.RecordHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Stamps and sends what this process writes to one partition of the events topic.
 *
 * <p>Readers take the largest stamp of a partition for its time, so a stamp must never go back.
 * Therefore taking the stamp and handing the record to the producer, which keeps the order from
 * there, are one step under a lock; and a wall clock that is set back makes the stamps stand still
 * until it has caught up.
 */
final class PartitionClock {

    private static final Header HEARTBEAT =
            EventAddress.header(RecordHeaders.KIND, RecordHeaders.HEARTBEAT);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partition;
    private final InstantSource wallClock;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastStamp = Long.MIN_VALUE; // guarded by lock
    private long lastSentNanos; // guarded by lock
    private volatile boolean heartbeatUnderWay;
    private volatile boolean begun;

    PartitionClock(
            Producer<byte[], byte[]> producer,
            String topic,
            int partition,
            Duration heartbeat,
            InstantSource wallClock) {
        this.producer = producer;
        this.topic = topic;
        this.partition = partition;
        this.wallClock = wallClock;
        lastSentNanos = System.nanoTime() - heartbeat.toNanos();
    }

    /**
     * Stamps and sends an event. The callback is called exactly once, perhaps before this returns,
     * unless this throws.
     *
     * @throws org.apache.kafka.common.KafkaException where the producer takes nothing more
     */
    void append(EventAddress address, byte[] key, byte[] event, Callback callback) {
        lock.lock();
        try {
            Header[] headers = address.headers(stamp());
            Future<?> unused = // the callback tells
                    producer.send(
                            new ProducerRecord<>(
                                    topic, partition, null, key, event, List.of(headers)),
                            callback);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the clock where no event has moved it for an interval. Does nothing while the last
     * heartbeat is not acknowledged: a broker that is slow needs no more of them, and what would
     * pile up while it is away would tell nothing that the newest one does not.
     *
     * @param acknowledged run when Kafka has it
     * @return whether a heartbeat was sent
     */
    boolean beat(Duration interval, Runnable acknowledged) {
        // Whoever holds the lock is stamping this very moment: that moves the clock as well.
        if (heartbeatUnderWay || !lock.tryLock()) {
            return false;
        }
        try {
            if (System.nanoTime() - lastSentNanos < interval.toNanos()) {
                return false;
            }
            heartbeatUnderWay = true;
            boolean sent = false;
            try {
                Header[] headers = {HEARTBEAT, EventAddress.arrival(stamp())};
                Future<?> unused = // the callback tells
                        producer.send(
                                new ProducerRecord<>(
                                        topic, partition, null, null, null, List.of(headers)),
                                (metadata, failure) -> {
                                    heartbeatUnderWay = false;
                                    if (failure == null) {
                                        begun = true;
                                        acknowledged.run();
                                    }
                                });
                sent = true;
            } finally {
                if (!sent) {
                    heartbeatUnderWay = false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether Kafka has acknowledged a heartbeat of this clock: its leader takes records. */
    boolean begun() {
        return begun;
    }

    private long stamp() {
        lastSentNanos = System.nanoTime();
        lastStamp = Math.max(lastStamp, wallClock.millis());
        return lastStamp;
    }
}
