package io.streamgauge.contracts.alert;

import static io.streamgauge.contracts.alert.AlertLimits.MAX_SPAN;

import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.document.Input;
import io.streamgauge.contracts.event.EventDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the condition of an alert. */
final class ConditionReader {

    /** What each kind of condition consists of, beside its kind. */
    static final Map<String, Set<String>> PROPERTIES =
            Map.of(
                    "threshold",
                    Set.of("measure", "aggregate", "window", "every", "op", "value", "recovery"),
                    "change",
                    Set.of(
                            "measure",
                            "aggregate",
                            "window",
                            "every",
                            "offset",
                            "mode",
                            "op",
                            "value",
                            "recovery"),
                    "absence",
                    Set.of("duration", "forgetAfter"),
                    "sequence",
                    Set.of("within", "skip", "on", "steps"),
                    "anomaly",
                    Set.of("score", "kinds"),
                    "composite",
                    Set.of("all", "any", "none"));

    static final String PERCENT = "percent";
    static final String ABSOLUTE = "absolute";

    private static final Duration DAY = Duration.ofHours(24);
    private static final Pattern ANOMALY_KIND = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

    private final Input input;
    private final boolean hasWhere;

    /**
     * @param hasWhere whether the alert has a condition on events of its own
     */
    ConditionReader(Input input, boolean hasWhere) {
        this.input = input;
        this.hasWhere = hasWhere;
    }

    Optional<Condition> condition() {
        if (!input.isObject("an object with a kind")) {
            return Optional.empty();
        }
        Optional<String> kind =
                input.at("kind")
                        .requiredOneOf(
                                PROPERTIES.keySet().stream().sorted().toArray(String[]::new),
                                it -> it);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        input.refuseUnknown(PROPERTIES.getOrDefault(kind.get(), Set.of()), Set.of("kind"));
        return switch (kind.get()) {
            case "threshold" -> threshold();
            case "change" -> change();
            case "absence" -> absence();
            case "sequence" -> new SequenceReader(input, hasWhere).sequence();
            case "anomaly" -> anomaly();
            default -> composite();
        };
    }

    private Optional<Condition> threshold() {
        boolean isWindowed =
                Stream.of("aggregate", "window", "every").anyMatch(it -> input.at(it).isPresent());
        Optional<Condition.Subject> subject =
                isWindowed
                        ? window().map(Condition.Subject.Windowed::new)
                        : measure().map(Condition.Subject.Raw::new);
        Optional<Level> level = level();
        return both(subject, level)
                ? Optional.of(
                        new Condition.Threshold(
                                subject.get(),
                                level.get().comparison(),
                                level.get().value(),
                                level.get().recovery()))
                : Optional.empty();
    }

    private Optional<Condition> change() {
        Optional<Condition.Window> window = window();
        Optional<Duration> offset =
                input.at("offset").requiredDuration(AlertLimits.MIN_EVERY, MAX_SPAN);
        Optional<String> mode = input.at("mode").oneOf(new String[] {PERCENT, ABSOLUTE}, it -> it);
        Optional<Level> level = level();
        if (!both(window, offset) || level.isEmpty()) {
            return Optional.empty();
        }
        Duration every = window.get().every();
        if (offset.get().toMillis() % every.toMillis() != 0) {
            input.at("offset")
                    .report(
                            "range",
                            "%s (expected: a multiple of every, %s)"
                                    .formatted(
                                            Durations.format(offset.get()),
                                            Durations.format(every)));
            return Optional.empty();
        }
        if (window.get().size().plus(offset.get()).dividedBy(every)
                > AlertLimits.MAX_CELLS_PER_KEY) {
            input.at("every")
                    .report(
                            "range",
                            "%s (expected: window and offset together at most %d times as long)"
                                    .formatted(
                                            Durations.format(every),
                                            AlertLimits.MAX_CELLS_PER_KEY));
            return Optional.empty();
        }
        return Optional.of(
                new Condition.Change(
                        window.get(),
                        offset.get(),
                        mode.orElse(PERCENT).equals(PERCENT),
                        level.get().comparison(),
                        level.get().value(),
                        level.get().recovery()));
    }

    private Optional<Condition> absence() {
        Optional<Duration> duration =
                input.at("duration").requiredDuration(AlertLimits.MIN_EVERY, MAX_SPAN);
        Optional<Duration> forgetAfter =
                input.at("forgetAfter")
                        .duration(AlertLimits.MIN_EVERY, AlertLimits.MAX_FORGET_AFTER);
        if (duration.isEmpty()) {
            return Optional.empty();
        }
        Duration fallback = duration.get().compareTo(DAY) > 0 ? duration.get() : DAY;
        Duration forget = forgetAfter.orElse(fallback);
        if (forget.compareTo(duration.get()) < 0) {
            input.at("forgetAfter")
                    .report(
                            "range",
                            "%s (expected: at least the duration, %s)"
                                    .formatted(
                                            Durations.format(forget),
                                            Durations.format(duration.get())));
            return Optional.empty();
        }
        return Optional.of(new Condition.Absence(duration.get(), forget));
    }

    private Optional<Condition> anomaly() {
        OptionalDouble score = input.at("score").requiredNumber(0, 1);
        List<String> kinds =
                input.at("kinds")
                        .distinct(
                                AlertLimits.MAX_ANOMALY_KINDS,
                                "kinds",
                                text -> ANOMALY_KIND.matcher(text).matches(),
                                "a kind of anomaly, such as spike");
        return score.isPresent()
                ? Optional.of(new Condition.Anomaly(score.getAsDouble(), Set.copyOf(kinds)))
                : Optional.empty();
    }

    private Optional<Condition> composite() {
        List<String> all = members("all");
        List<String> any = members("any");
        List<String> none = members("none");
        int problems = input.violations().size();
        if (all.isEmpty() && any.isEmpty() && isFine("all") && isFine("any")) {
            input.at("all").report("required", "missing (expected: members in all or in any)");
        }
        Map<String, String> places = new TreeMap<>();
        for (String list : List.of("all", "any", "none")) {
            for (Input member : input.at(list).elements()) {
                String earlier = places.putIfAbsent(member.node().asText(), list);
                if (earlier != null && !earlier.equals(list)) {
                    member.report("duplicate", "%s is in %s".formatted(member.shown(), earlier));
                }
            }
        }
        if (all.size() + any.size() + none.size() > AlertLimits.MAX_MEMBERS) {
            input.report(
                    "range",
                    "%d members (expected: at most %d)"
                            .formatted(
                                    all.size() + any.size() + none.size(),
                                    AlertLimits.MAX_MEMBERS));
        }
        return input.violations().size() == problems
                ? Optional.of(new Condition.Composite(all, any, none))
                : Optional.empty();
    }

    private boolean isFine(String list) {
        return input.at(list).isAbsent() || input.at(list).node().isArray();
    }

    private List<String> members(String list) {
        return input.at(list)
                .distinct(
                        AlertLimits.MAX_MEMBERS,
                        "alerts",
                        text -> AlertSpecReader.isName(text) || AlertId.parse(text).isPresent(),
                        "the id or the name of an alert");
    }

    private Optional<Condition.Window> window() {
        Optional<Statistic> statistic =
                input.at("aggregate").requiredOneOf(Statistic.values(), Statistic::wireName);
        boolean isCount = statistic.filter(it -> it == Statistic.COUNT).isPresent();
        Optional<String> measure =
                isCount && input.at("measure").isAbsent() ? Optional.empty() : measure();
        Optional<Duration> size =
                input.at("window").requiredDuration(AlertLimits.MIN_EVERY, MAX_SPAN);
        Optional<Duration> every = input.at("every").duration(AlertLimits.MIN_EVERY, MAX_SPAN);
        if (!both(statistic, size)
                || (measure.isEmpty() && !isCount)
                || (every.isEmpty() && input.at("every").isPresent())) {
            return Optional.empty();
        }
        Duration step = every.orElse(defaultEvery(size.get()));
        if (size.get().toMillis() % step.toMillis() != 0) {
            input.at("every")
                    .report(
                            "range",
                            "%s (expected: a divisor of window, %s)"
                                    .formatted(
                                            Durations.format(step), Durations.format(size.get())));
            return Optional.empty();
        }
        if (size.get().dividedBy(step) > AlertLimits.MAX_CELLS_PER_WINDOW) {
            input.at("every")
                    .report(
                            "range",
                            "%s (expected: window at most %d times as long)"
                                    .formatted(
                                            Durations.format(step),
                                            AlertLimits.MAX_CELLS_PER_WINDOW));
            return Optional.empty();
        }
        return Optional.of(new Condition.Window(measure, statistic.get(), size.get(), step));
    }

    /** About a tenth of the window, a second or more, and a divisor of it. */
    static Duration defaultEvery(Duration size) {
        long millis = size.toMillis();
        long parts = Math.clamp(millis / AlertLimits.MIN_EVERY.toMillis(), 1, 10);
        while (millis % parts != 0) {
            parts--;
        }
        return Duration.ofMillis(millis / parts);
    }

    private Optional<String> measure() {
        return input.at("measure")
                .required(AlertSpecReader::isFieldName, AlertSpecReader.fieldForm());
    }

    private record Level(Comparison comparison, double value, OptionalDouble recovery) {}

    private Optional<Level> level() {
        Optional<Comparison> comparison =
                input.at("op").requiredOneOf(Comparison.values(), Comparison::wireName);
        OptionalDouble value = level(input.at("value"), true);
        OptionalDouble recovery = level(input.at("recovery"), false);
        if (comparison.isEmpty() || value.isEmpty()) {
            return Optional.empty();
        }
        if (recovery.isPresent()
                && !isOnOtherSide(comparison.get(), value.getAsDouble(), recovery.getAsDouble())) {
            return Optional.empty();
        }
        return Optional.of(new Level(comparison.get(), value.getAsDouble(), recovery));
    }

    private boolean isOnOtherSide(Comparison comparison, double value, double recovery) {
        return switch (comparison) {
            case GREATER, AT_LEAST -> recovery <= value || reportRecovery("at most", value);
            case LESS, AT_MOST -> recovery >= value || reportRecovery("at least", value);
            case EQUAL, NOT_EQUAL -> {
                input.at("recovery")
                        .report("conflict", "an equality has no level on its other side");
                yield false;
            }
        };
    }

    private boolean reportRecovery(String bound, double value) {
        Input recovery = input.at("recovery");
        recovery.report(
                "range",
                "%s (expected: %s the value, %s)".formatted(recovery.shown(), bound, value));
        return false;
    }

    private static boolean both(Optional<?> one, Optional<?> other) {
        return one.isPresent() && other.isPresent();
    }

    /** A level, or what is near it. */
    private static OptionalDouble level(Input input, boolean isRequired) {
        double most = EventDecoder.MAX_MAGNITUDE;
        return isRequired ? input.requiredNumber(-most, most) : input.number(-most, most);
    }
}
