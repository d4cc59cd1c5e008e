package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.PublishedModel;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.detection.SeriesModel;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which model and settings each stream is judged. Known twice, on the heap and as the control
 * topic's records in broadcast state, which the heap is rebuilt from. For one task's thread.
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

    private static final Logger LOG = LoggerFactory.getLogger(DetectionCatalog.class);

    private final BroadcastState<String, byte[]> records;
    private final Map<Place, Known> streams = new HashMap<>();
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

    /** Which model a stream was given; its bytes are in the state, and need not be here as well. */
    private record Published(UUID id, long version) {}

    /** What was said of a stream, and what follows from it. */
    private static final class Known {

        private @Nullable Set<String> measures;
        private @Nullable Published published;
        private @Nullable SeriesModel readable;
        private @Nullable String unreadable;
        private @Nullable DetectionSettings settings;
        private @Nullable String badSettings;
        private @Nullable Standing standing;
    }

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
        Known known = streams.get(place);
        if (known == null) {
            return new Standing(
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    new StreamDetection(
                            Optional.empty(),
                            DetectionSettings.of(place.tenant(), place.stream())));
        }
        if (known.standing == null) {
            known.standing = standing(place, known);
        }
        return known.standing;
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
        Known known = streams.get(place);
        return known != null
                && (known.published != null
                        || known.unreadable != null
                        || known.settings != null
                        || known.badSettings != null);
    }

    private Standing standing(Place place, Known known) {
        SeriesModel model = known.readable;
        String refusal = known.unreadable;
        if (model != null
                && known.measures != null
                && !known.measures.containsAll(model.measures())) {
            refusal =
                    "model: of the measures %s (expected: some of %s)"
                            .formatted(model.measures(), known.measures);
        }
        Published published = known.published;
        Optional<ActiveModel> active =
                published != null && model != null && refusal == null
                        ? Optional.of(ActiveModel.of(published.version(), model))
                        : Optional.empty();
        if (refusal != null) {
            LOG.warn("{}/{}: refused: {}", place.tenant(), place.stream(), refusal);
        }
        DetectionSettings settings =
                known.settings == null
                        ? DetectionSettings.of(place.tenant(), place.stream())
                        : known.settings;
        return new Standing(
                published != null || known.unreadable != null,
                Optional.ofNullable(published).map(Published::id),
                Optional.ofNullable(published).map(Published::version),
                Optional.ofNullable(refusal == null ? known.badSettings : refusal),
                new StreamDetection(active, settings));
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
        Known known = streams.computeIfAbsent(place, unknown -> new Known());
        known.standing = null;
        Optional<PublishedModelCodec.Key> model = PublishedModelCodec.Key.parse(key);
        if (model.isPresent()) {
            takeModel(known, model.get(), value);
        } else if (DetectionSettingsCodec.Key.parse(key).isPresent()) {
            takeSettings(known, place, value);
        } else {
            takeDefinition(known, place, value);
        }
    }

    private static void takeModel(Known known, PublishedModelCodec.Key key, byte[] value) {
        known.published = null;
        known.readable = null;
        known.unreadable = null;
        try {
            PublishedModel given = PublishedModelCodec.fromBytes(key, value);
            known.published = new Published(given.id(), given.version());
            known.readable = SeriesModel.ofBytes(given.bytes());
        } catch (InvalidInputException | IOException | RuntimeException e) {
            // Damaged bytes may end in any of them.
            known.unreadable = e.getMessage() == null ? "model: damaged" : e.getMessage();
        }
    }

    private static void takeSettings(Known known, Place place, byte[] value) {
        try {
            DetectionSettings settings = DetectionSettingsCodec.fromBytes(value);
            if (new Place(settings.tenant(), settings.stream()).equals(place)) {
                known.settings = settings;
                known.badSettings = null;
            } else {
                known.badSettings = "settings: of another stream";
            }
        } catch (InvalidInputException e) {
            known.badSettings = "settings: " + e.getMessage();
        }
    }

    private static void takeDefinition(Known known, Place place, byte[] value) {
        try {
            StreamDefinition definition = StreamDefinitionCodec.fromBytes(value);
            if (!new Place(definition.tenant(), definition.id()).equals(place)) {
                LOG.error("{}: the definition is of another stream; ignored", place);
                return;
            }
            known.measures =
                    definition.spec().fields(FieldRole.MEASURE).stream()
                            .map(Field::name)
                            .collect(Collectors.toUnmodifiableSet());
        } catch (InvalidInputException e) {
            LOG.error("{}: the definition is invalid; ignored: {}", place, e.getMessage());
        }
    }

    private void withdraw(Place place, String key) {
        Known known = streams.get(place);
        if (known == null) {
            return;
        }
        known.standing = null;
        if (PublishedModelCodec.Key.parse(key).isPresent()) {
            known.published = null;
            known.readable = null;
            known.unreadable = null;
        } else {
            known.settings = null;
            known.badSettings = null;
        }
        if (known.measures == null && !isConfigured(place)) {
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
