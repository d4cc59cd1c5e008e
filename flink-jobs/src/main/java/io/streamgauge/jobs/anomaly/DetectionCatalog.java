package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * By which model and settings each stream is judged ({@link StreamRecords}). Known twice, on the
 * heap and as the control topic's records in broadcast state, which the heap is rebuilt from. For
 * one task's thread.
 *
 * <p><b>What is in force is what the topic says last</b>: a roll back gives an older version. A
 * model that cannot be used here, because it is damaged, made by a later release or of measures
 * that the stream does not have, is refused: none is in force then, the reason is in {@link
 * Standing}, and it is kept, since a later release or another definition may be able to use it.
 * Settings that cannot be read leave those before in force.
 *
 * <p>A task that starts without this state reads what is in force before its first point. It then
 * sees the topic from its beginning once more, and for that moment what was in force before.
 */
final class DetectionCatalog {

    /** Records of the control topic by their key, as JSON: readable by every later release. */
    static final MapStateDescriptor<String, byte[]> STATE =
            new MapStateDescriptor<>(
                    "detection-control-v1",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final BroadcastState<String, byte[]> records;
    private final Map<Place, StreamRecords> streams = new HashMap<>();
    private final AtomicInteger refused = new AtomicInteger(); // for whoever reports metrics

    /** Which stream. */
    record Place(TenantId tenant, StreamId stream) {}

    /**
     * What there is to say of a stream.
     *
     * @param modelGiven whether it was given a model, be it of use or not
     * @param model that it was given last; none where that cannot be told
     * @param version of that model
     * @param refusal why that model, or settings, are not in force; none where all are
     */
    record Standing(
            boolean modelGiven,
            Optional<UUID> model,
            Optional<Long> version,
            Optional<String> refusal,
            StreamDetection detection) {}

    /**
     * What an update has done.
     *
     * @param place that it is about
     * @param gone whether the stream is deleted
     * @param configured whether it has a model or settings, or had one until now
     * @param modelEnded whether a model was in force and none is any more
     */
    record Change(Place place, boolean gone, boolean configured, boolean modelEnded) {}

    private DetectionCatalog(BroadcastState<String, byte[]> records) {
        this.records = records;
    }

    /** Starts from state where there is one, and else from what is in force. */
    static DetectionCatalog start(
            OperatorStateStore store, boolean restored, DefinitionBootstrap bootstrap)
            throws Exception {
        DetectionCatalog catalog = new DetectionCatalog(store.getBroadcastState(STATE));
        if (restored) {
            for (Map.Entry<String, byte[]> known : catalog.records.immutableEntries()) {
                catalog.take(known.getKey(), known.getValue());
            }
            catalog.refused.set(
                    (int) catalog.streams.keySet().stream().filter(catalog::isRefused).count());
        }
        if (catalog.streams.isEmpty()) { // also where the state is older than this catalog
            for (DefinitionUpdate update : bootstrap.read()) {
                catalog.apply(update);
            }
        }
        return catalog;
    }

    /** How many streams have a model that is refused here. For any thread. */
    int refused() {
        return refused.get();
    }

    /** Takes an update; empty where it is about something else. */
    Optional<Change> apply(DefinitionUpdate update) throws Exception {
        Optional<Place> place = place(update.key());
        if (place.isEmpty()) {
            return Optional.empty();
        }
        boolean before = of(place.get()).model().isPresent();
        boolean refusedBefore = isRefused(place.get());
        boolean configured = isConfigured(place.get());
        boolean gone = false;
        byte[] value = update.value();
        if (value != null) {
            records.put(update.key(), value);
            take(update.key(), value);
        } else if (StreamDefinitionCodec.Key.parse(update.key()).isPresent()) {
            gone = true;
            forget(place.get());
        } else {
            records.remove(update.key());
            withdraw(place.get(), update.key());
        }
        boolean now = of(place.get()).model().isPresent();
        refused.addAndGet((isRefused(place.get()) ? 1 : 0) - (refusedBefore ? 1 : 0));
        return Optional.of(
                new Change(
                        place.get(),
                        gone,
                        configured || isConfigured(place.get()),
                        before && !now));
    }

    /** How a stream is judged; by the defaults where nothing is known of it. */
    StreamDetection of(Place place) {
        return standing(place).detection();
    }

    /** What there is to say of a stream. */
    Standing standing(Place place) {
        StreamRecords known = streams.get(place);
        return known == null ? new StreamRecords(place).standing() : known.standing();
    }

    private boolean isRefused(Place place) {
        Standing standing = standing(place);
        return standing.modelGiven() && standing.detection().model().isEmpty();
    }

    /** The streams that were given a model or settings. */
    List<Place> configured() {
        return streams.keySet().stream().filter(this::isConfigured).toList();
    }

    private boolean isConfigured(Place place) {
        StreamRecords known = streams.get(place);
        return known != null && known.isConfigured();
    }

    private static Optional<Place> place(String key) {
        return PublishedModelCodec.Key.parse(key)
                .map(it -> new Place(it.tenant(), it.stream()))
                .or(
                        () ->
                                DetectionSettingsCodec.Key.parse(key)
                                        .map(it -> new Place(it.tenant(), it.stream())))
                .or(
                        () ->
                                StreamDefinitionCodec.Key.parse(key)
                                        .map(it -> new Place(it.tenant(), it.stream())));
    }

    /** Takes a record, whatever is in it. */
    private void take(String key, byte[] value) {
        Place place = place(key).orElseThrow();
        streams.computeIfAbsent(place, StreamRecords::new).take(key, value);
    }

    private void withdraw(Place place, String key) {
        StreamRecords known = streams.get(place);
        if (known == null) {
            return;
        }
        known.withdraw(key);
        if (known.isEmpty()) {
            streams.remove(place);
        }
    }

    private void forget(Place place) throws Exception {
        streams.remove(place);
        records.remove(new StreamDefinitionCodec.Key(place.tenant(), place.stream()).toString());
        records.remove(new PublishedModelCodec.Key(place.tenant(), place.stream()).toString());
        records.remove(new DetectionSettingsCodec.Key(place.tenant(), place.stream()).toString());
    }
}
