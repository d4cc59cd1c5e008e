package io.streamgauge.control.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The JSON of jobs. Every member is always there; what is not known is null. */
final class JobJson {

    private JobJson() {}

    /**
     * A report.
     *
     * @param now what the ages of checkpoints are told against
     */
    static ObjectNode of(JobReport report, Instant now) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("configured", true);
        json.put("readAt", report.readAt().toString());
        ArrayNode items = json.putArray("items");
        report.jobs().forEach(job -> items.add(of(job, now)));
        return json;
    }

    private static ObjectNode of(JobHealth job, Instant now) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", job.id());
        json.put("name", job.name());
        json.put("state", job.state());
        put(json, "since", job.since());
        put(json, "startedAt", job.startedAt());
        put(json, "restarts", job.restarts());
        put(json, "lag", job.lag());
        job.checkpoints()
                .ifPresentOrElse(
                        it -> put(json.putObject("checkpoints"), it, now),
                        () -> json.putNull("checkpoints"));
        ArrayNode operators = json.putArray("operators");
        job.operators().forEach(operator -> operators.add(of(operator)));
        return json;
    }

    private static void put(ObjectNode json, CheckpointHealth checkpoints, Instant now) {
        put(json, "completed", checkpoints.completed());
        put(json, "failed", checkpoints.failed());
        put(json, "inProgress", checkpoints.inProgress());
        json.putNull("last");
        checkpoints
                .last()
                .ifPresent(
                        it -> {
                            ObjectNode last = json.putObject("last");
                            last.put("id", it.id());
                            last.put("completedAt", it.completedAt().toString());
                            // The clocks of two machines: none was completed in the future.
                            last.put(
                                    "ageMillis",
                                    Math.max(
                                            0, Duration.between(it.completedAt(), now).toMillis()));
                            last.put("durationMillis", it.duration().toMillis());
                            put(last, "stateBytes", it.stateBytes());
                            put(last, "writtenBytes", it.writtenBytes());
                        });
        json.putNull("lastFailure");
        checkpoints
                .lastFailure()
                .ifPresent(
                        it ->
                                json.putObject("lastFailure")
                                        .put("at", it.at().toString())
                                        .put("reason", it.reason().orElse(null)));
    }

    private static ObjectNode of(OperatorHealth operator) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("name", operator.name());
        json.put("state", operator.state());
        json.put("parallelism", operator.parallelism());
        put(json, "busy", operator.busy());
        put(json, "backpressured", operator.backpressured());
        put(json, "pendingRecords", operator.pendingRecords());
        return json;
    }

    private static void put(ObjectNode json, String name, Optional<Instant> value) {
        json.put(name, value.map(Instant::toString).orElse(null));
    }

    private static void put(ObjectNode json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.put(name, value.getAsLong());
        } else {
            json.putNull(name);
        }
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }
}
