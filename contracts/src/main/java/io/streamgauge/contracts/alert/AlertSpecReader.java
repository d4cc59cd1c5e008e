package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.document.Input;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import io.streamgauge.contracts.stream.StreamSpecReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads an alert's specification from JSON and reports everything that is wrong with it, each with
 * a pointer. Knows nothing of streams: {@link AlertChecker} compares a specification with the one
 * that it is about. What a reader of this kind gives always writes and reads back the same.
 */
public final class AlertSpecReader {

    /** How long a match of a sequence fires where nothing is said of it. */
    public static final Duration DEFAULT_MATCH_FIRES = Duration.ofMinutes(5);

    static final Set<String> PROPERTIES =
            Set.of(
                    "name",
                    "description",
                    "stream",
                    "where",
                    "groupBy",
                    "severity",
                    "labels",
                    "annotations",
                    "for",
                    "keepFiringFor",
                    "condition");

    /**
     * What the server adds to an alert; a client that sends back what it got may include it. The
     * control plane takes out more.
     */
    private static final Set<String> SERVER_PROPERTIES =
            Set.of("id", "tenant", "version", "revision", "paused", "createdAt", "updatedAt");

    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final String FIELD_FORM =
            "a letter or underscore, then letters, digits and underscores, 63 at most";
    private static final String NAME_FORM =
            "1 to 63 lower-case letters, digits and single inner hyphens, a letter first, and not a"
                    + " UUID";

    private final Input root;

    private AlertSpecReader(Input root) {
        this.root = root;
    }

    /**
     * Reads a specification. Properties that the server sets are ignored; unknown ones are refused.
     *
     * @throws InvalidInputException with all violations
     */
    public static AlertSpec read(JsonNode json) throws InvalidInputException {
        return read(new Input(json, "#", new ArrayList<>()));
    }

    /** Reads a specification that is part of a document. */
    static AlertSpec read(Input root) throws InvalidInputException {
        Optional<AlertSpec> spec = new AlertSpecReader(root).spec();
        if (!root.violations().isEmpty()) {
            throw new InvalidInputException(root.violations());
        }
        return spec.orElseThrow();
    }

    /** Whether a text can be an alert's name. A name never looks like an id: paths take either. */
    public static boolean isName(String text) {
        return StreamSpecReader.isName(text);
    }

    /** Whether a text can be the name of a field, a label or a step. */
    static boolean isFieldName(String text) {
        return FIELD_NAME.matcher(text).matches();
    }

    static String fieldForm() {
        return FIELD_FORM;
    }

    private Optional<AlertSpec> spec() {
        if (!root.isObject("a JSON object")) {
            return Optional.empty();
        }
        root.refuseUnknown(PROPERTIES, SERVER_PROPERTIES);
        Optional<String> name = root.at("name").required(AlertSpecReader::isName, NAME_FORM);
        Optional<String> where = root.at("where").filled(ExpressionCompiler.MAX_SOURCE_CHARACTERS);
        Optional<Condition> condition =
                new ConditionReader(root.at("condition"), where.isPresent()).condition();
        String kind = root.at("condition").at("kind").node().asText(); // also of a broken condition
        boolean isComposite = kind.equals("composite");
        boolean isSequence = kind.equals("sequence");
        Optional<String> stream = stream(isComposite);
        if (isComposite) {
            root.at("where").refuse("a composite looks at alerts, not at events");
        }
        if (isSequence) {
            root.at("for").refuse("a match of a sequence fires at once");
        }
        AlertSpec spec =
                new AlertSpec(
                        name.orElse(""),
                        root.at("description")
                                .text(AlertLimits.MAX_DESCRIPTION_CHARACTERS)
                                .orElse(""),
                        stream,
                        where,
                        root.at("groupBy")
                                .distinct(
                                        AlertLimits.MAX_GROUP_BY,
                                        "dimensions",
                                        AlertSpecReader::isFieldName,
                                        FIELD_FORM),
                        root.at("severity")
                                .oneOf(Severity.values(), Severity::wireName)
                                .orElse(Severity.WARNING),
                        texts(root.at("labels")),
                        annotations(root.at("annotations")),
                        condition.orElse(new Condition.Composite(List.of(), List.of(), List.of())),
                        duration("for", Duration.ZERO),
                        duration(
                                "keepFiringFor", isSequence ? DEFAULT_MATCH_FIRES : Duration.ZERO));
        if (root.violations().isEmpty()) {
            root.violations().addAll(new TemplateRules(spec, Optional.empty()).violations());
        }
        return Optional.of(spec);
    }

    private Optional<String> stream(boolean isComposite) {
        Input stream = root.at("stream");
        if (isComposite) {
            stream.refuse("a composite has no stream of its own");
            return Optional.empty();
        }
        return stream.required(
                text -> StreamSpecReader.isName(text) || StreamId.parse(text).isPresent(),
                "the id or the name of a stream");
    }

    private Duration duration(String name, Duration fallback) {
        return root.at(name).duration(Duration.ZERO, AlertLimits.MAX_FOR).orElse(fallback);
    }

    private static SortedMap<String, String> texts(Input input) {
        SortedMap<String, String> texts = new TreeMap<>();
        if (input.isAbsent() || !input.isObject("an object of strings")) {
            return texts;
        }
        if (input.node().size() > AlertLimits.MAX_LABELS) {
            input.report(
                    "range",
                    "%d members (expected: at most %d)"
                            .formatted(input.node().size(), AlertLimits.MAX_LABELS));
            return texts;
        }
        for (Map.Entry<String, Input> member : input.members()) {
            Input value = member.getValue();
            if (!isFieldName(member.getKey())) {
                value.report("format", "not a name (expected: %s)".formatted(FIELD_FORM));
            } else if (value.isAbsent()) {
                value.missing("a string");
            } else {
                value.text(AlertLimits.MAX_LABEL_CHARACTERS)
                        .ifPresent(text -> texts.put(member.getKey(), text));
            }
        }
        return texts;
    }

    private static SortedMap<String, String> annotations(Input input) {
        SortedMap<String, String> texts = texts(input);
        texts.forEach(
                (name, text) -> {
                    try {
                        AnnotationTemplate.parse(text);
                    } catch (InvalidInputException e) {
                        for (Violation violation : e.violations()) {
                            input.at(name).report(violation.code(), violation.message());
                        }
                    }
                });
        return texts;
    }
}
