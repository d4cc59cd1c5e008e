package io.streamgauge.control.live.request;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.Severity;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.resume.Position;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the payload of a subscribe message: first which kinds it wants of which stream, then, once
 * the stream is known, what of it. Reports everything that is wrong, with pointers into the
 * payload.
 */
public final class SubscribeRequest {

    private static final Set<String> OF_AGGREGATES = Set.of("windows", "timings");
    private static final Set<String> OF_ALERTS = Set.of("severities", "states");
    private static final String MIN_SCORE = "minScore"; // of anomalies
    private static final Set<String> OF_ALL =
            Set.of("stream", "kinds", "where", "after", "snapshot");

    private final JsonNode payload;
    private final Set<LiveKind> kinds;
    private final List<Violation> violations = new ArrayList<>();

    public SubscribeRequest(JsonNode payload) {
        this.payload = payload;
        kinds = readKinds();
    }

    /** Which kinds of results are wanted. */
    public Set<LiveKind> kinds() {
        return kinds;
    }

    /**
     * The id or the name of the stream; empty where what is wanted is of all streams.
     *
     * @throws InvalidRequest where the payload names none and has to
     */
    public Optional<String> stream() {
        JsonNode stream = payload.path("stream");
        if (stream.isMissingNode()
                && payload.isObject()
                && kinds.stream().noneMatch(LiveKind::needsStream)) {
            return Optional.empty();
        }
        if (!stream.isTextual()) {
            throw new InvalidRequest(
                    new Violation(
                            payload.isObject() ? "#/stream" : "#",
                            stream.isMissingNode() ? "required" : "type",
                            "expected: a stream's id or name, as a string"));
        }
        return Optional.of(stream.asText());
    }

    /**
     * What of the stream is wanted; to be used once {@link #beginning} has found nothing wrong.
     *
     * @param spec of the stream; empty for all streams
     */
    public ResultFilter filter(Optional<StreamSpec> spec) {
        payload.fieldNames().forEachRemaining(this::checkProperty);
        Map<String, String> where = where(spec);
        Optional<AggregateFilter> aggregates =
                spec.filter(it -> kinds.contains(LiveKind.AGGREGATES))
                        .map(it -> new AggregateFilter(where, windows(it), timings()));
        Optional<AlertFilter> alerts =
                kinds.contains(LiveKind.ALERTS)
                        ? Optional.of(new AlertFilter(where, severities(), states()))
                        : Optional.empty();
        return new ResultFilter(
                aggregates,
                alerts,
                scores(where),
                kinds.contains(LiveKind.DEFINITIONS),
                kinds.contains(LiveKind.EVENTS)
                        ? Optional.of(new ResultFilter.EventFilter(where))
                        : Optional.empty());
    }

    /**
     * Where the subscription begins.
     *
     * @param binding what a position has to be for
     * @param spec of the stream, whose windows a snapshot has; empty for all streams
     * @throws InvalidRequest with everything that is wrong, the filter included
     */
    public Beginning beginning(String binding, Optional<StreamSpec> spec) {
        JsonNode after = payload.path("after");
        JsonNode snapshot = payload.path("snapshot");
        if (!snapshot.isMissingNode() && !snapshot.isBoolean()) {
            violation("#/snapshot", "type", "expected: true or false");
        } else if (!after.isMissingNode() && snapshot.asBoolean()) {
            violation("#/snapshot", "unused", "expected: not with after, which goes on instead");
        }
        Optional<Position> position = Optional.empty();
        if (!after.isMissingNode()) {
            try {
                position = Optional.of(Position.read(after.asText(), binding));
            } catch (Position.InvalidException e) {
                violation("#/after", "position", e.reason());
            }
        }
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
        if (position.isPresent()) {
            return new Beginning.After(position.get());
        }
        return snapshot.asBoolean(true)
                ? new Beginning.PresentState(spec.map(StreamSpec::windows).orElse(List.of()))
                : new Beginning.Now();
    }

    private Optional<ScoreFilter> scores(Map<String, String> where) {
        boolean anomalies = kinds.contains(LiveKind.ANOMALIES);
        boolean bands = kinds.contains(LiveKind.BANDS);
        return anomalies || bands
                ? Optional.of(new ScoreFilter(where, anomalies, minScore(), bands))
                : Optional.empty();
    }

    private double minScore() {
        JsonNode score = payload.path(MIN_SCORE);
        if (score.isMissingNode()) {
            return 0;
        }
        if (!score.isNumber() || !(score.asDouble() >= 0 && score.asDouble() <= 1)) {
            violation("#/" + MIN_SCORE, "range", shown(score) + " (expected: 0 to 1)");
        }
        return score.asDouble();
    }

    private void checkProperty(String name) {
        if (OF_AGGREGATES.contains(name)) {
            checkKind(name, LiveKind.AGGREGATES);
        } else if (OF_ALERTS.contains(name)) {
            checkKind(name, LiveKind.ALERTS);
        } else if (name.equals(MIN_SCORE)) {
            checkKind(name, LiveKind.ANOMALIES);
        } else if (!OF_ALL.contains(name)) {
            violation("#/" + escaped(name), "unknown", "not a property");
        }
    }

    private void checkKind(String name, LiveKind kind) {
        if (!kinds.contains(kind)) {
            violation(
                    "#/" + name,
                    "unused",
                    "is of %1$s (expected: only with %1$s among kinds)".formatted(kind.wireName()));
        }
    }

    private Set<LiveKind> readKinds() {
        List<LiveKind> all = List.of(LiveKind.values());
        Set<String> names = oneOf("kinds", all.stream().map(LiveKind::wireName).toList());
        Set<LiveKind> named = EnumSet.noneOf(LiveKind.class);
        all.stream().filter(it -> names.contains(it.wireName())).forEach(named::add);
        return named.isEmpty() ? EnumSet.of(LiveKind.AGGREGATES) : named;
    }

    private Map<String, String> where(Optional<StreamSpec> spec) {
        JsonNode where = payload.path("where");
        Map<String, String> values = new HashMap<>();
        if (where.isMissingNode()) {
            return values;
        }
        if (!where.isObject()) {
            violation("#/where", "type", "expected: an object of strings");
            return values;
        }
        List<String> dimensions =
                spec.stream()
                        .flatMap(it -> it.fields(FieldRole.DIMENSION).stream())
                        .map(Field::name)
                        .toList();
        for (Map.Entry<String, JsonNode> entry : where.properties()) {
            String pointer = "#/where/" + escaped(entry.getKey());
            if (spec.isPresent() && !dimensions.contains(entry.getKey())) {
                violation(
                        pointer,
                        "unknown",
                        dimensions.isEmpty()
                                ? "not a dimension (expected: nothing, the stream has none)"
                                : "not a dimension (expected: %s)"
                                        .formatted(String.join(", ", dimensions)));
            } else if (!entry.getValue().isTextual()) {
                violation(pointer, "type", "expected: a string, as in the results");
            } else {
                values.put(entry.getKey(), entry.getValue().asText());
            }
        }
        return values;
    }

    private Set<String> windows(StreamSpec spec) {
        Set<Duration> declared = Set.copyOf(spec.windows());
        return texts(
                "windows",
                text -> Durations.parse(text).filter(declared::contains).map(Durations::format),
                spec.windows().stream().map(Durations::format).collect(joining(", ")));
    }

    private Set<String> timings() {
        return oneOf("timings", Arrays.stream(Timing.values()).map(Timing::wireName).toList());
    }

    private Set<String> severities() {
        return oneOf(
                "severities", Arrays.stream(Severity.values()).map(Severity::wireName).toList());
    }

    private Set<String> states() {
        return oneOf(
                "states",
                Arrays.stream(InstanceState.values()).map(InstanceState::wireName).toList());
    }

    private Set<String> oneOf(String name, List<String> known) {
        return texts(
                name,
                text -> known.contains(text) ? Optional.of(text) : Optional.empty(),
                String.join(", ", known));
    }

    /** An array of strings, each one of several; empty where it is not there. */
    private Set<String> texts(
            String name, Function<String, Optional<String>> reader, String expectation) {
        JsonNode array = payload.path(name);
        Set<String> texts = new HashSet<>();
        if (array.isMissingNode()) {
            return texts;
        }
        if (!array.isArray() || array.isEmpty()) {
            violation(
                    "#/" + name,
                    array.isArray() ? "range" : "type",
                    "expected: an array of at least one of %s".formatted(expectation));
            return texts;
        }
        for (int i = 0; i < array.size(); i++) {
            Optional<String> text =
                    array.get(i).isTextual()
                            ? reader.apply(array.get(i).asText())
                            : Optional.empty();
            if (text.isPresent()) {
                texts.add(text.get());
            } else {
                violation(
                        "#/%s/%d".formatted(name, i),
                        "value",
                        "%s (expected: %s)".formatted(shown(array.get(i)), expectation));
            }
        }
        return texts;
    }

    private void violation(String pointer, String code, String message) {
        violations.add(new Violation(pointer, code, message));
    }

    private static String escaped(String name) {
        String shown = name.length() <= 63 ? name : name.substring(0, 60) + "...";
        return shown.replace("~", "~0").replace("/", "~1");
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
