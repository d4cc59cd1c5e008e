package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import java.util.regex.Pattern;

/**
 * The JSON form of how far a subtask of the alerting job is. On the topic of the statuses of rules,
 * under keys of its own. Members that a reader does not know are passed over.
 */
public final class JobClockCodec {

    private static final Pattern KEY = Pattern.compile("clock/[0-9]+");

    private JobClockCodec() {}

    /** The record's key: {@code clock/<subtask>}. */
    public static String key(JobClock clock) {
        return "clock/" + clock.subtask();
    }

    /** Whether a record of the topic is a clock; the others are of rules. */
    public static boolean isKey(String key) {
        return KEY.matcher(key).matches();
    }

    /** Writes it as UTF-8 JSON. */
    public static byte[] toBytes(JobClock clock) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("subtask", clock.subtask());
        json.put("parallelism", clock.parallelism());
        json.put("clock", Wire.time(clock.clock()));
        json.put("at", Wire.time(clock.at()));
        return Wire.bytes(json);
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid clock
     */
    public static JobClock fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        return new JobClock(
                json.at("subtask").integer(),
                json.at("parallelism").integer(),
                json.at("clock").millis(),
                json.at("at").millis());
    }
}
