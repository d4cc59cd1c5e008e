package io.streamgauge.local.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An alert as a file has it, not yet checked.
 *
 * @param origin where it stands, for messages: the file, and which of its documents it is
 */
public record RuleDocument(String origin, String name, ObjectNode spec) {

    /** Whether it is about other alerts, which must be there before it. */
    boolean isComposite() {
        return spec.path("condition").path("kind").asText().equals("composite");
    }
}
