package io.streamgauge.control.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertSpecReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Keeps what the API's description and the schema for editors say of conditions equal. */
class ConditionDescriptionTest {

    private static final String COMPONENTS = "#/components/schemas/";
    private static final String DEFINITIONS = "#/$defs/";
    private static final List<String> KINDS =
            List.of("threshold", "change", "absence", "sequence", "anomaly", "composite");

    private final JsonNode components = description().at("/components/schemas");
    private final JsonNode schema = schema();

    /** Definitions of the schema by the names of the description's components. */
    static Map<String, String> definitions() {
        Map<String, String> definitions = new TreeMap<>();
        KINDS.forEach(kind -> definitions.put(component(kind), kind));
        definitions.put("SequenceSteps", "steps");
        definitions.put("SequenceStep", "step");
        definitions.put("Expression", "expression");
        definitions.put("FieldName", "fieldName");
        definitions.put("WindowStatistic", "aggregate");
        definitions.put("Comparison", "comparison");
        return definitions;
    }

    static List<String> componentNames() {
        return List.copyOf(definitions().keySet());
    }

    private static String component(String kind) {
        return Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + "Condition";
    }

    @ParameterizedTest
    @MethodSource("componentNames")
    void saysWhatTheSchemaSays(String component) {
        String definition = definitions().get(component);

        assertThat(plain(components.path(component)))
                .isEqualTo(plain(schema.path("$defs").path(definition)));
    }

    @Test
    void leavesNoKindOut() {
        List<String> kinds = new ArrayList<>();
        schema.at("/properties/condition/oneOf")
                .forEach(
                        kind ->
                                kinds.add(
                                        kind.path("$ref")
                                                .asText()
                                                .substring(DEFINITIONS.length())));
        assertThat(kinds).isEqualTo(KINDS);

        JsonNode condition = components.path("Condition");
        assertThat(condition.path("oneOf").findValuesAsText("$ref"))
                .isEqualTo(kinds.stream().map(kind -> COMPONENTS + component(kind)).toList());
        assertThat(condition.at("/discriminator/propertyName").asText()).isEqualTo("kind");
        Map<String, String> mapping = new TreeMap<>();
        condition
                .at("/discriminator/mapping")
                .properties()
                .forEach(of -> mapping.put(of.getKey(), of.getValue().asText()));
        Map<String, String> expected = new TreeMap<>();
        kinds.forEach(kind -> expected.put(kind, COMPONENTS + component(kind)));
        assertThat(mapping).isEqualTo(expected);
    }

    @Test
    void hasTheSchemasPropertiesOfAnAlert() {
        JsonNode alert = components.path("AlertSpec");

        assertThat(names(alert.path("properties"))).isEqualTo(names(schema.path("properties")));
        assertThat(alert.path("required")).isEqualTo(schema.path("required"));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Without words for people, with one name for what is referred to. */
    private static JsonNode plain(JsonNode node) {
        if (node.isArray()) {
            ArrayNode plain = Json.mapper().createArrayNode();
            node.forEach(item -> plain.add(plain(item)));
            return plain;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode plain = Json.mapper().createObjectNode();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = member.getKey();
            if (name.equals("$ref")) {
                plain.put(name, target(member.getValue().asText()));
            } else if (!isForPeople(node, name)) {
                plain.set(name, plain(member.getValue()));
            }
        }
        return plain;
    }

    /** Code generators want a type beside values that say it all. */
    private static boolean isForPeople(JsonNode schema, String name) {
        JsonNode value = schema.path(name);
        return value.isTextual()
                && (name.equals("description")
                        || (name.equals("type") && (schema.has("enum") || schema.has("const"))));
    }

    private static String target(String reference) {
        if (reference.startsWith(DEFINITIONS)) {
            return reference.substring(DEFINITIONS.length());
        }
        String component = reference.substring(COMPONENTS.length());
        return component.equals("Duration")
                ? "duration"
                : definitions().getOrDefault(component, component);
    }

    private static JsonNode schema() {
        try (InputStream in = AlertSpecReader.class.getResourceAsStream("alert.schema.json")) {
            return Json.mapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode description() {
        try (InputStream in = ConditionDescriptionTest.class.getResourceAsStream("/openapi.yaml")) {
            return Json.mapper()
                    .valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
