package io.streamgauge.alerting;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.AnnotationTemplate;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.expression.Expression;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A version of an alert, ready to judge by. Immutable; knows nothing of the key that is judged nor
 * of the time in which it is in force.
 */
public final class CompiledRule {

    private final AlertDefinition definition;
    private final AlertVersion version;
    private final Parts parts;
    private final RuleKey key;

    /**
     * What depends on the specification and the stream alone.
     *
     * @param decoder of the stream's events
     * @param where the specification's own condition
     * @param sequence expressions of its steps; empty where the condition is none
     */
    record Parts(
            Optional<StreamDefinition> stream,
            Optional<EventDecoder> decoder,
            Optional<Expression> where,
            Optional<SequenceConditions> sequence,
            Interest interest,
            SortedMap<String, AnnotationTemplate> annotations) {}

    private CompiledRule(AlertDefinition definition, AlertVersion version, Parts parts) {
        this.definition = definition;
        this.version = version;
        this.parts = parts;
        this.key = new RuleKey(definition.tenant(), definition.id(), version.number());
    }

    /**
     * Compiles a version.
     *
     * @param version one of the definition's
     * @param stream whose events are judged, as it is now; empty where the condition is a composite
     * @throws InvalidRuleException where it cannot be judged
     */
    public static CompiledRule compile(
            AlertDefinition definition, AlertVersion version, Optional<StreamDefinition> stream)
            throws InvalidRuleException {
        return compile(definition, version, stream, of -> new StreamTools(of.spec()));
    }

    /** As the other; with what the rules of a stream share. */
    static CompiledRule compile(
            AlertDefinition definition,
            AlertVersion version,
            Optional<StreamDefinition> stream,
            Function<StreamDefinition, StreamTools> tools)
            throws InvalidRuleException {
        RuleCompiler compiler = new RuleCompiler(definition, version.spec(), stream, tools);
        return new CompiledRule(definition, version, compiler.compile());
    }

    static SortedMap<String, AnnotationTemplate> templates(AlertSpec spec)
            throws InvalidRuleException {
        SortedMap<String, AnnotationTemplate> templates = new TreeMap<>();
        for (Map.Entry<String, String> annotation : spec.annotations().entrySet()) {
            try {
                templates.put(annotation.getKey(), AnnotationTemplate.parse(annotation.getValue()));
            } catch (InvalidInputException e) {
                throw new InvalidRuleException(
                        "annotation " + annotation.getKey() + ": " + e.getMessage(), e);
            }
        }
        return templates;
    }

    /** The same as another definition, of which nothing but modes has changed, has it. */
    Optional<CompiledRule> as(AlertDefinition newer, AlertVersion newVersion) {
        boolean same =
                newVersion.number() == version.number()
                        && newVersion.spec().equals(version.spec())
                        && newer.members().equals(definition.members())
                        && newer.stream().equals(definition.stream());
        return same ? Optional.of(new CompiledRule(newer, newVersion, parts)) : Optional.empty();
    }

    /** What its state belongs to. */
    public RuleKey key() {
        return key;
    }

    /** The definition that it is a version of. */
    public AlertDefinition definition() {
        return definition;
    }

    /** The version. */
    public AlertVersion version() {
        return version;
    }

    /** Shorthand for the version's specification. */
    public AlertSpec spec() {
        return version.spec();
    }

    /** How it is run by the definition that it comes from. */
    public AlertVersion.Mode mode() {
        return version.mode();
    }

    /** The stream whose events are judged; empty where the condition is a composite. */
    public Optional<StreamDefinition> stream() {
        return parts.stream();
    }

    /** Names of the dimensions whose combinations are judged by themselves. */
    public List<String> groupBy() {
        return spec().groupBy();
    }

    /** Events for which it is false do not exist for the rule. Part of the interest. */
    public Optional<Expression> where() {
        return parts.where();
    }

    /** Which events it must be given; none where the condition is not about events. */
    public Interest interest() {
        return parts.interest();
    }

    /** Whether events are judged in the order of their timestamps, and not of their arrival. */
    public boolean usesEventTimeOrder() {
        return spec().condition() instanceof Condition.Sequence;
    }

    /** Whether its groups are also judged by the silence of their stream. */
    public boolean judgesSource() {
        return spec().condition() instanceof Condition.Absence && !groupBy().isEmpty();
    }

    /** How late events of its stream may come to be in time, in milliseconds. */
    public long outOfOrderness() {
        return stream().map(of -> of.spec().outOfOrderness().toMillis()).orElse(0L);
    }

    /** For how long a key's last event is remembered where nothing else says so. */
    long retention() {
        return stream()
                .map(of -> of.spec().outOfOrderness().plus(of.spec().allowedLateness()))
                .orElse(Duration.ZERO)
                .toMillis();
    }

    Parts parts() {
        return parts;
    }

    EventDecoder decoder() {
        return parts.decoder().orElseThrow(() -> new IllegalStateException("no events: " + key));
    }

    SequenceConditions sequence() {
        return parts.sequence().orElseThrow(() -> new IllegalStateException("no sequence: " + key));
    }

    SortedMap<String, AnnotationTemplate> annotations() {
        return parts.annotations();
    }

    @Override
    public String toString() {
        return spec().name() + " " + key;
    }
}
