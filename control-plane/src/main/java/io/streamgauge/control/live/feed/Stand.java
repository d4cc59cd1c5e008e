package io.streamgauge.control.live.feed;

import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.live.resume.Position;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where a result stands in the logs, and the frames that were made of it. One for all subscribers
 * whom it is delivered to at once: each distinct view of it is encoded once, and all who see it are
 * sent the same bytes. Safe for use by many threads.
 */
public final class Stand {

    /** More views than anyone shares; beyond them each is encoded for itself. */
    private static final int MAX_VIEWS = 64;

    private final Offsets offsets;
    private final Instant at;
    private final Map<Object, byte[]> frames = new ConcurrentHashMap<>(2);

    public Stand(Offsets offsets, Instant at) {
        this.offsets = offsets;
        this.at = at;
    }

    /** Behind a record. */
    static Stand behind(Offsets offsets, ConsumerRecord<?, ?> record) {
        return new Stand(offsets, Instant.ofEpochMilli(Math.max(0, record.timestamp())));
    }

    /** Where it is, in all logs. */
    Offsets offsets() {
        return offsets;
    }

    /** The text by which a subscription comes back here. */
    public String position(Subscription subscription) {
        return subscription.binding() + new Position(offsets.only(subscription.logs()), at).tail();
    }

    /**
     * The bytes of a view.
     *
     * @param view what tells it from the others
     */
    public byte[] frame(Object view, Supplier<byte[]> encoder) {
        return frames.containsKey(view) || frames.size() < MAX_VIEWS
                ? frames.computeIfAbsent(view, key -> encoder.get())
                : encoder.get();
    }
}
