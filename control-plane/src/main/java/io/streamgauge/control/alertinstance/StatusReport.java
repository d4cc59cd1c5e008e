package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.alertlookup.KnownAlert;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the subtasks of the job say of an alert's versions, put together. A subtask that has not
 * spoken yet does not judge by a version, as far as is known; one beyond the present parallelism is
 * of an earlier run, and does not count.
 */
record StatusReport(List<SubtaskStatus> statuses) {

    /**
     * What one subtask said last of one version.
     *
     * @param revision of the definition that it has applied
     * @param errors evaluations that failed since it started
     */
    record SubtaskStatus(
            long version,
            int subtask,
            int parallelism,
            long revision,
            String state,
            Instant effectiveFrom,
            long errors,
            Optional<String> lastError,
            long droppedPartialMatches,
            long droppedInstances,
            Instant at) {}

    StatusReport {
        statuses = List.copyOf(statuses);
    }

    ObjectNode toJson(KnownAlert alert) {
        int subtasks =
                statuses.stream()
                        .max(Comparator.comparing(SubtaskStatus::at))
                        .map(SubtaskStatus::parallelism)
                        .orElse(0);
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("alert", alert.id().toString());
        json.put("revision", alert.revision());
        json.put("paused", alert.paused());
        json.put("subtasks", subtasks);
        json.put("summary", summary(alert, subtasks));
        json.putArray("versions");
        if (!alert.paused()) {
            write(alert.activeVersion(), "active", subtasks, json);
            alert.shadowVersion().ifPresent(it -> write(it, "shadow", subtasks, json));
        }
        alert.draining().forEach(it -> write(it, "draining", subtasks, json));
        return json;
    }

    private String summary(KnownAlert alert, int subtasks) {
        if (alert.paused()) {
            return "paused";
        }
        if (subtasks == 0) {
            return "not running: no job has said anything of it yet";
        }
        List<SubtaskStatus> active = of(alert.activeVersion(), subtasks);
        long quarantined = in("quarantined", active);
        return "active on %d of %d subtasks%s"
                .formatted(
                        in("active", active),
                        subtasks,
                        quarantined == 0 ? "" : ", quarantined on " + quarantined);
    }

    private void write(long version, String mode, int subtasks, ObjectNode json) {
        List<SubtaskStatus> all = of(version, subtasks);
        ObjectNode target = json.withArray("versions").addObject();
        target.put("version", version);
        target.put("mode", mode);
        target.put("active", in("active", all));
        target.put("quarantined", in("quarantined", all));
        target.put("ended", in("ended", all));
        all.stream()
                .map(SubtaskStatus::effectiveFrom)
                .max(Comparator.naturalOrder())
                .ifPresent(it -> target.put("effectiveFrom", it.toString()));
        all.stream()
                .mapToLong(SubtaskStatus::revision)
                .min()
                .ifPresent(it -> target.put("appliedRevision", it));
        target.put("errors", all.stream().mapToLong(SubtaskStatus::errors).sum());
        all.stream()
                .filter(it -> it.lastError().isPresent())
                .max(Comparator.comparing(SubtaskStatus::at))
                .flatMap(SubtaskStatus::lastError)
                .ifPresent(it -> target.put("lastError", it));
        target.put(
                "droppedPartialMatches",
                all.stream().mapToLong(SubtaskStatus::droppedPartialMatches).sum());
        target.put(
                "droppedInstances",
                all.stream().mapToLong(SubtaskStatus::droppedInstances).sum());
        all.stream()
                .map(SubtaskStatus::at)
                .max(Comparator.naturalOrder())
                .ifPresent(it -> target.put("at", it.toString()));
    }

    private List<SubtaskStatus> of(long version, int subtasks) {
        return statuses.stream()
                .filter(it -> it.version() == version && it.subtask() < subtasks)
                .toList();
    }

    private static long in(String state, List<SubtaskStatus> statuses) {
        return statuses.stream().filter(it -> it.state().equals(state)).count();
    }
}
