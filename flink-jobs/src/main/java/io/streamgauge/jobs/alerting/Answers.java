package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.contracts.alert.ExplainRequestCodec;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions for the state of an alert for a key. Every task hears every question; the one
 * that the key's group belongs to answers. For one task's thread.
 */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final AlertOperator.Role role;
    private final RuleDesk desk;
    private final TaskInfo task;
    private final Consumer<OutputRecord> output;

    Answers(AlertOperator.Role role, RuleDesk desk, TaskInfo task, Consumer<OutputRecord> output) {
        this.role = role;
        this.desk = desk;
        this.task = task;
        this.output = output;
    }

    /** Whether a group is one of this task's. */
    boolean isMine(String group) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        group,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    /** Whether what a router's task says to all is for this one to repeat. */
    boolean isFromHere(long routerTask) {
        return routerTask % task.getNumberOfParallelSubtasks() == task.getIndexOfThisSubtask();
    }

    /** Answers a question, if that is this task's to do. */
    void answer(byte[] json, long clock, GroupJudge judge) {
        ExplainRequest question;
        try {
            question = ExplainRequestCodec.fromBytes(json);
        } catch (InvalidInputException e) {
            LOG.warn("a question is invalid; not answered: {}", e.getMessage());
            return;
        }
        Optional<AlertDefinition> definition = desk.definition(question.tenant(), question.alert());
        if (definition.isEmpty()) {
            if (role == AlertOperator.Role.EVENTS && task.getIndexOfThisSubtask() == 0) {
                send(question, head(question, clock).put("known", false));
            }
            return;
        }
        boolean composite = definition.get().stream().isEmpty();
        if (composite == (role == AlertOperator.Role.COMPOSITES)) {
            answer(question, definition.get(), clock, judge);
        }
    }

    private void answer(
            ExplainRequest question, AlertDefinition definition, long clock, GroupJudge judge) {
        // Versions may group in different ways: the group of the first one decides who answers.
        boolean mine = definition.versions().isEmpty() && task.getIndexOfThisSubtask() == 0;
        ObjectNode answer = head(question, clock).put("known", true);
        ArrayNode versions = answer.putArray("versions");
        for (int i = 0; i < definition.versions().size(); i++) {
            AlertVersion version = definition.versions().get(i);
            RuleKey key = new RuleKey(question.tenant(), question.alert(), version.number());
            Optional<RuleInForce> rule = desk.book().find(key, clock);
            if (rule.isEmpty()) {
                mine |= i == 0 && task.getIndexOfThisSubtask() == 0;
                continue;
            }
            String group = group(definition, rule.get(), question.key());
            if (!isMine(group)) {
                continue;
            }
            mine |= i == 0;
            versions.addObject()
                    .put("version", version.number())
                    .put("mode", rule.get().mode().wireName())
                    .putRawValue("state", new RawValue(judge.explain(group, key, clock)));
        }
        if (mine) {
            send(question, answer);
        }
    }

    private static String group(AlertDefinition definition, RuleInForce rule, String key) {
        return definition.stream()
                .map(
                        stream ->
                                GroupKey.prefix(
                                                definition.tenant(),
                                                stream,
                                                GroupKey.grouping(rule.rule().groupBy()))
                                        + key)
                .orElseGet(() -> Members.group(rule, key));
    }

    private ObjectNode head(ExplainRequest question, long clock) {
        return Json.mapper()
                .createObjectNode()
                .put("id", question.id().toString())
                .put("tenant", question.tenant().value())
                .put("alert", question.alert().toString())
                .put("key", question.key())
                .put("clock", clock)
                .put("subtask", task.getIndexOfThisSubtask());
    }

    private void send(ExplainRequest question, ObjectNode answer) {
        output.accept(
                new OutputRecord(
                        question.id().toString(),
                        question.tenant().value(),
                        "",
                        "",
                        answer.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
