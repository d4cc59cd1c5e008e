package io.streamgauge.local.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The stream that the agent writes: its name, its fields and its definition. A measure's name ends
 * with its unit, as in the conventions of Prometheus.
 */
final class SystemMetrics {

    static final String STREAM = "system-metrics";

    static final String TIME = "time";
    static final String HOST = "host";
    static final String KIND = "kind";
    static final String DEVICE = "device";

    static final String CPU = "cpu_percent";
    static final String LOAD = "load_1m";
    static final String MEMORY_USED_SHARE = "memory_used_percent";
    static final String MEMORY_USED = "memory_used_bytes";
    static final String SWAP_USED = "swap_used_bytes";
    static final String DISK_READ = "read_bytes_per_second";
    static final String DISK_WRITTEN = "write_bytes_per_second";
    static final String DISK_READS = "reads_per_second";
    static final String DISK_WRITES = "writes_per_second";
    static final String DISK_BUSY = "busy_percent";
    static final String NETWORK_RECEIVED = "received_bytes_per_second";
    static final String NETWORK_SENT = "sent_bytes_per_second";
    static final String NETWORK_PACKETS_RECEIVED = "received_packets_per_second";
    static final String NETWORK_PACKETS_SENT = "sent_packets_per_second";
    static final String NETWORK_ERRORS = "errors_per_second";

    static final String FILESYSTEM_USED_SHARE = "filesystem_used_percent";
    static final String FILESYSTEM_USED = "filesystem_used_bytes";

    private static final List<String> MEASURES =
            List.of(
                    CPU,
                    LOAD,
                    MEMORY_USED_SHARE,
                    MEMORY_USED,
                    SWAP_USED,
                    DISK_READ,
                    DISK_WRITTEN,
                    DISK_READS,
                    DISK_WRITES,
                    DISK_BUSY,
                    NETWORK_RECEIVED,
                    NETWORK_SENT,
                    NETWORK_PACKETS_RECEIVED,
                    NETWORK_PACKETS_SENT,
                    NETWORK_ERRORS,
                    FILESYSTEM_USED_SHARE,
                    FILESYSTEM_USED);

    private SystemMetrics() {}

    /** The definition, as the API takes it. */
    static ObjectNode definition() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("name", STREAM);
        json.put(
                "description",
                "Each second, the machine (kind machine) and each of its processors, disks, network"
                        + " interfaces and file systems (kinds cpu, disk, network and"
                        + " filesystem).");
        ArrayNode fields = json.putArray("fields");
        field(fields, TIME, "timestamp", "timestamp");
        field(fields, HOST, "string", "dimension");
        field(fields, KIND, "string", "dimension");
        field(fields, DEVICE, "string", "dimension");
        addMeasures(fields);
        json.putArray("windows").add("1s").add("10s").add("1m");
        json.put("outOfOrderness", "500ms");
        // As long as the agent keeps what it cannot send: a restart of the server leaves no hole.
        json.put("allowedLateness", "5m");
        json.put("earlyResults", true);
        return json;
    }

    /**
     * Adds to a stream's fields the measures that are missing, where an earlier release has made
     * the stream.
     *
     * @return whether any was
     */
    static boolean addMeasures(ArrayNode fields) {
        Set<String> present = new HashSet<>();
        fields.forEach(field -> present.add(field.path("name").asText()));
        List<String> missing =
                MEASURES.stream().filter(measure -> !present.contains(measure)).toList();
        missing.forEach(measure -> field(fields, measure, "number", "measure"));
        return !missing.isEmpty();
    }

    private static void field(ArrayNode fields, String name, String type, String role) {
        fields.addObject().put("name", name).put("type", type).put("role", role);
    }
}
