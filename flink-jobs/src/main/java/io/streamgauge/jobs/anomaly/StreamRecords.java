package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.PublishedModel;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.detection.SeriesModel;
import io.streamgauge.jobs.anomaly.DetectionCatalog.Place;
import io.streamgauge.jobs.anomaly.DetectionCatalog.Standing;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the control topic said last of one stream, and what follows from it. A model that cannot be
 * used is remembered as refused; settings that cannot be read leave those before. For one task's
 * thread.
 */
final class StreamRecords {

    private static final Logger LOG = LoggerFactory.getLogger(StreamRecords.class);

    private final Place place;
    private @Nullable Set<String> measures;
    private @Nullable Published published;
    private @Nullable SeriesModel readable;
    private @Nullable String unreadable;
    private @Nullable DetectionSettings settings;
    private @Nullable String badSettings;
    private @Nullable Standing standing;

    /** Which model it was given; its bytes are in the state, and need not be here as well. */
    private record Published(UUID id, long version) {}

    /** One of which nothing was said. */
    StreamRecords(Place place) {
        this.place = place;
    }

    /** Whether it was given a model or settings. */
    boolean isConfigured() {
        return published != null || unreadable != null || settings != null || badSettings != null;
    }

    /** Whether nothing is known of it any more. */
    boolean isEmpty() {
        return measures == null && !isConfigured();
    }

    /** What there is to say of it; the same until something else is said. */
    Standing standing() {
        if (standing == null) {
            standing = follow();
        }
        return standing;
    }

    private Standing follow() {
        SeriesModel model = readable;
        String refusal = unreadable;
        if (model != null && measures != null && !measures.containsAll(model.measures())) {
            refusal =
                    "model: of the measures %s (expected: some of %s)"
                            .formatted(model.measures(), measures);
        }
        Published given = published;
        Optional<ActiveModel> active =
                given != null && model != null && refusal == null
                        ? Optional.of(ActiveModel.of(given.version(), model))
                        : Optional.empty();
        if (refusal != null) {
            LOG.warn("{}/{}: refused: {}", place.tenant(), place.stream(), refusal);
        }
        return new Standing(
                given != null || unreadable != null,
                Optional.ofNullable(given).map(Published::id),
                Optional.ofNullable(given).map(Published::version),
                Optional.ofNullable(refusal == null ? badSettings : refusal),
                new StreamDetection(
                        active,
                        settings == null
                                ? DetectionSettings.of(place.tenant(), place.stream())
                                : settings));
    }

    /** Takes a record of the stream, whatever is in it. */
    void take(String key, byte[] value) {
        standing = null;
        Optional<PublishedModelCodec.Key> model = PublishedModelCodec.Key.parse(key);
        if (model.isPresent()) {
            takeModel(model.get(), value);
        } else if (DetectionSettingsCodec.Key.parse(key).isPresent()) {
            takeSettings(value);
        } else {
            takeDefinition(value);
        }
    }

    private void takeModel(PublishedModelCodec.Key key, byte[] value) {
        withdrawModel();
        try {
            PublishedModel given = PublishedModelCodec.fromBytes(key, value);
            published = new Published(given.id(), given.version());
            readable = SeriesModel.ofBytes(given.bytes());
        } catch (InvalidInputException | IOException | RuntimeException e) {
            // Damaged bytes may end in any of them.
            unreadable = e.getMessage() == null ? "model: damaged" : e.getMessage();
        }
    }

    private void takeSettings(byte[] value) {
        try {
            DetectionSettings given = DetectionSettingsCodec.fromBytes(value);
            if (new Place(given.tenant(), given.stream()).equals(place)) {
                settings = given;
                badSettings = null;
            } else {
                badSettings = "settings: of another stream";
            }
        } catch (InvalidInputException e) {
            badSettings = "settings: " + e.getMessage();
        }
    }

    private void takeDefinition(byte[] value) {
        try {
            StreamDefinition definition = StreamDefinitionCodec.fromBytes(value);
            if (!new Place(definition.tenant(), definition.id()).equals(place)) {
                LOG.error("{}: the definition is of another stream; ignored", place);
                return;
            }
            measures =
                    definition.spec().fields(FieldRole.MEASURE).stream()
                            .map(Field::name)
                            .collect(Collectors.toUnmodifiableSet());
        } catch (InvalidInputException e) {
            LOG.error("{}: the definition is invalid; ignored: {}", place, e.getMessage());
        }
    }

    /** Forgets a model or settings. */
    void withdraw(String key) {
        standing = null;
        if (PublishedModelCodec.Key.parse(key).isPresent()) {
            withdrawModel();
        } else {
            settings = null;
            badSettings = null;
        }
    }

    private void withdrawModel() {
        published = null;
        readable = null;
        unreadable = null;
    }
}
