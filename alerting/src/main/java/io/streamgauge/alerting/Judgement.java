package io.streamgauge.alerting;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertLimits;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AnnotationTemplate;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.TextSize;
import io.streamgauge.contracts.event.EventRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What surrounds the judging of one key by one rule at one moment: whom to ask and whom to tell.
 *
 * @param clock the platform's, at the moment
 */
record Judgement(
        RuleInForce inForce,
        String key,
        long clock,
        KeyStore store,
        Limits limits,
        Hearing hearing,
        AlertSink sink,
        Work work) {

    CompiledRule rule() {
        return inForce.rule();
    }

    RuleKey ruleKey() {
        return inForce.key();
    }

    UUID instance(long startedAt) {
        RuleKey rule = ruleKey();
        return InstanceIds.instance(rule.tenant(), rule.alert(), rule.version(), key, startedAt);
    }

    UUID instance(long startedAt, boolean timedOut, List<InstanceIds.Position> events) {
        RuleKey rule = ruleKey();
        return InstanceIds.match(
                rule.tenant(), rule.alert(), rule.version(), key, startedAt, timedOut, events);
    }

    /** Renders the rule's annotations. */
    SortedMap<String, String> annotations(
            long startedAt,
            OptionalDouble value,
            OptionalDouble reference,
            Map<String, List<EventRow>> steps) {
        if (rule().annotations().isEmpty()) {
            return new TreeMap<>();
        }
        AnnotationTemplate.Context context =
                new AnnotationTemplate.Context(
                        rule().spec().name(),
                        rule().spec().severity(),
                        startedAt,
                        rule().spec().labels(),
                        keyValues(),
                        value,
                        reference,
                        steps);
        SortedMap<String, String> rendered = new TreeMap<>();
        int rest = AlertLimits.MAX_ANNOTATIONS_BYTES;
        for (Map.Entry<String, AnnotationTemplate> template : rule().annotations().entrySet()) {
            String text = template.getValue().render(context);
            int size = TextSize.ofJson(text);
            if (size <= rest) {
                rest -= size;
            } else {
                text = AnnotationTemplate.MISSING;
            }
            rendered.put(template.getKey(), text);
        }
        return rendered;
    }

    private Map<String, String> keyValues() {
        Map<String, String> values = new TreeMap<>();
        try (JsonParser parser = Json.factory().createParser(key)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                values.put(name, parser.getText());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("key: " + key + " (expected: a JSON object)", e);
        }
        return values;
    }

    /** Tells of a transition. */
    void tell(
            UUID instance,
            InstanceState state,
            Optional<EndReason> reason,
            long startedAt,
            long at,
            Optional<Long> firedAt,
            SortedMap<String, String> annotations,
            Evidence evidence) {
        work.add(Work.TRANSITION);
        RuleKey of = ruleKey();
        sink.transition(
                new AlertTransition(
                        of.tenant(),
                        of.alert(),
                        rule().spec().name(),
                        of.version(),
                        inForce.isShadow(),
                        rule().definition().stream(),
                        instance,
                        InstanceIds.fingerprint(of.tenant(), of.alert(), key),
                        key,
                        state,
                        reason,
                        startedAt,
                        at,
                        firedAt,
                        rule().spec().severity(),
                        rule().spec().labels(),
                        annotations,
                        evidence));
    }
}
