package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.time.Instant;

/**
 * That somebody has seen an instance.
 *
 * @param by who, as in the audit log
 * @param note may be empty
 */
record Acknowledgement(Instant at, String by, String note) {

    /** As the API and the audit log show it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("at", at.toString());
        json.put("by", by);
        json.put("note", note);
        return json;
    }
}
