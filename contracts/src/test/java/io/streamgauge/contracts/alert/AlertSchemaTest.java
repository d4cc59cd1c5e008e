package io.streamgauge.contracts.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Outcome;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The schema for editors says what the reader does. */
class AlertSchemaTest {

    private final JsonNode schema = schema();

    @Test
    void hasTheReadersProperties() {
        assertThat(names(schema.path("properties"))).isEqualTo(AlertSpecReader.PROPERTIES);
        ConditionReader.PROPERTIES.forEach(
                (kind, properties) -> {
                    JsonNode condition = schema.at("/$defs/" + kind);
                    Set<String> names = names(condition.path("properties"));
                    names.remove("kind");
                    assertThat(names).as(kind).isEqualTo(properties);
                    assertThat(condition.at("/properties/kind/const").asText()).isEqualTo(kind);
                    assertThat(condition.path("additionalProperties").asBoolean(true)).isFalse();
                });
        assertThat(names(schema.at("/$defs/step/properties")))
                .isEqualTo(SequenceReader.STEP_PROPERTIES);
        assertThat(names(schema.at("/$defs/step/properties/times/oneOf/1/properties")))
                .isEqualTo(SequenceReader.TIMES_PROPERTIES);
        assertThat(names(schema.at("/$defs/sequence/properties/within/oneOf/1/properties")))
                .isEqualTo(SequenceReader.WITHIN_PROPERTIES);
    }

    @Test
    void hasTheReadersWords() {
        assertThat(words("/properties/severity"))
                .isEqualTo(Arrays.stream(Severity.values()).map(Severity::wireName).toList());
        assertThat(words("/$defs/aggregate"))
                .isEqualTo(Arrays.stream(Statistic.values()).map(Statistic::wireName).toList());
        assertThat(words("/$defs/comparison"))
                .isEqualTo(Arrays.stream(Comparison.values()).map(Comparison::wireName).toList());
        assertThat(words("/$defs/step/properties/contiguity"))
                .isEqualTo(Arrays.stream(Contiguity.values()).map(Contiguity::wireName).toList());
        assertThat(words("/$defs/sequence/properties/on"))
                .isEqualTo(Arrays.stream(Outcome.values()).map(Outcome::wireName).toList());
        assertThat(
                        Stream.concat(
                                        words("/$defs/sequence/properties/skip/oneOf/0").stream(),
                                        names(
                                                schema.at(
                                                        "/$defs/sequence/properties/skip/oneOf/1/properties"))
                                                .stream())
                                .toList())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Skip.Strategy.values())
                                .map(Skip.Strategy::wireName)
                                .toList());
        assertThat(words("/$defs/change/properties/mode"))
                .isEqualTo(List.of(ConditionReader.PERCENT, ConditionReader.ABSOLUTE));
    }

    @Test
    void hasTheReadersBounds() {
        Map.of(
                        "/properties/description/maxLength", AlertLimits.MAX_DESCRIPTION_CHARACTERS,
                        "/properties/groupBy/maxItems", AlertLimits.MAX_GROUP_BY,
                        "/$defs/texts/maxProperties", AlertLimits.MAX_LABELS,
                        "/$defs/texts/additionalProperties/maxLength",
                                AlertLimits.MAX_LABEL_CHARACTERS,
                        "/$defs/expression/maxLength", ExpressionCompiler.MAX_SOURCE_CHARACTERS,
                        "/$defs/steps/maxItems", AlertLimits.MAX_STEPS,
                        "/$defs/step/properties/times/oneOf/0/maximum", AlertLimits.MAX_TIMES,
                        "/$defs/anomaly/properties/kinds/maxItems", AlertLimits.MAX_ANOMALY_KINDS,
                        "/$defs/composite/properties/all/maxItems", AlertLimits.MAX_MEMBERS)
                .forEach((at, bound) -> assertThat(schema.at(at).asInt()).as(at).isEqualTo(bound));
    }

    /** What the schema demands, the reader demands as well: without it there is a violation. */
    @Test
    void demandsWhatTheReaderDemands() {
        for (String kind : ConditionReader.PROPERTIES.keySet()) {
            List<String> violations =
                    Documents.violations(Documents.alert("{'kind':'%s'}".formatted(kind), ""));
            for (JsonNode required : schema.at("/$defs/%s/required".formatted(kind))) {
                String name = required.asText();
                if (!name.equals("kind") && !(kind.equals("change") && name.equals("window"))) {
                    assertThat(violations)
                            .as(kind)
                            .anyMatch(it -> it.startsWith("#/condition/" + name + ": missing"));
                }
            }
        }
        assertThat(Documents.violations(Documents.json("{}")))
                .anyMatch(it -> it.startsWith("#/name: missing"))
                .anyMatch(it -> it.startsWith("#/condition: missing"));
    }

    @Test
    void referencesOnlyWhatItDefines() {
        for (JsonNode reference : schema.findValues("$ref")) {
            assertThat(schema.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    private List<String> words(String at) {
        return StreamSupport.stream(schema.at(at).path("enum").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode schema() {
        try (InputStream in = AlertSpecReader.class.getResourceAsStream("alert.schema.json")) {
            return Json.mapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
