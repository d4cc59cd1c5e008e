package io.streamgauge.local.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.util.List;

/** Alerts of the API, reduced to what a file says of them. */
public final class AlertSpecs {

    private static final List<String> MEMBERS =
            List.of(
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

    private AlertSpecs() {}

    /** The specification alone, in the order in which people write it. */
    public static ObjectNode of(JsonNode alert) {
        ObjectNode spec = Json.mapper().createObjectNode();
        for (String member : MEMBERS) {
            if (alert.has(member)) {
                spec.set(member, alert.get(member));
            }
        }
        return spec;
    }
}
