package io.streamgauge.local.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.local.api.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must be done so that an installation has the alerts of some files. Made before anything is
 * done: where one of the documents is refused, none is applied.
 */
public final class RulePlan {

    private final List<Step> steps;
    private final int unchanged;

    private RulePlan(List<Step> steps, int unchanged) {
        this.steps = List.copyOf(steps);
        this.unchanged = unchanged;
    }

    /** What is done to an alert. */
    enum Action {
        CREATE("+ create "),
        CHANGE("~ change "),
        DELETE("- delete ");

        private final String mark;

        Action(String mark) {
            this.mark = mark;
        }
    }

    private record Step(Action action, String name, ObjectNode spec, List<String> changes) {}

    /**
     * Compares, and has the API check each document.
     *
     * @param prune whether alerts that no document names are deleted
     * @param onChange what happens to open matches and instances of an alert that changes
     * @throws IOException where a document is refused: the message has a line for each of them
     */
    public static RulePlan of(
            List<RuleDocument> documents, AlertClient client, String onChange, boolean prune)
            throws IOException {
        Map<String, JsonNode> present = new LinkedHashMap<>();
        for (JsonNode alert : client.list()) {
            present.put(alert.path("name").asText(), alert);
        }
        List<Step> steps = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Set<String> toCreate = new HashSet<>();
        int unchanged = 0;
        for (RuleDocument document : ordered(documents)) {
            JsonNode before = present.remove(document.name());
            try {
                if (before == null) {
                    if (!namesNewAlerts(document, toCreate)) {
                        client.create(document.spec(), true);
                    }
                    toCreate.add(document.name());
                    steps.add(step(Action.CREATE, document, List.of()));
                    continue;
                }
                JsonNode after = client.change(document.name(), document.spec(), onChange, true);
                List<String> changes =
                        JsonChanges.between(AlertSpecs.of(before), AlertSpecs.of(after));
                if (changes.isEmpty()) {
                    unchanged++;
                } else {
                    steps.add(step(Action.CHANGE, document, changes));
                }
            } catch (ApiException e) {
                refused.add(document.origin() + " (" + document.name() + "): " + e.getMessage());
            }
        }
        if (!refused.isEmpty()) {
            throw new IOException("nothing was applied:\n" + String.join("\n", refused));
        }
        if (prune) {
            present.values().stream()
                    .map(AlertSpecs::of)
                    .map(spec -> new RuleDocument("", spec.path("name").asText(), spec))
                    .sorted((one, other) -> Boolean.compare(other.isComposite(), one.isComposite()))
                    .forEach(alert -> steps.add(step(Action.DELETE, alert, List.of())));
        }
        return new RulePlan(steps, unchanged);
    }

    /** A composite can only be checked once the alerts that it names are there. */
    private static boolean namesNewAlerts(RuleDocument document, Set<String> toCreate) {
        if (!document.isComposite()) {
            return false;
        }
        for (String list : List.of("all", "any", "none")) {
            for (JsonNode member : document.spec().path("condition").path(list)) {
                if (toCreate.contains(member.asText())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<RuleDocument> ordered(List<RuleDocument> documents) {
        return documents.stream()
                .sorted((one, other) -> Boolean.compare(one.isComposite(), other.isComposite()))
                .toList();
    }

    private static Step step(Action action, RuleDocument document, List<String> changes) {
        return new Step(action, document.name(), document.spec(), changes);
    }

    /** What would be done, a line for each step and for each property that changes. */
    public void describe(Consumer<String> lines) {
        for (Step step : steps) {
            lines.accept(step.action().mark + step.name());
            step.changes().forEach(change -> lines.accept("    " + change));
        }
        lines.accept("%d to do, %d unchanged".formatted(steps.size(), unchanged));
    }

    /**
     * Does it, and says so line by line.
     *
     * @throws IOException where a step is refused; those before it are done
     */
    public void apply(AlertClient client, String onChange, Consumer<String> lines)
            throws IOException {
        for (Step step : steps) {
            try {
                switch (step.action()) {
                    case CREATE -> client.create(step.spec(), false);
                    case CHANGE -> client.change(step.name(), step.spec(), onChange, false);
                    case DELETE -> client.delete(step.name());
                }
            } catch (ApiException e) {
                throw new IOException(step.name() + ": " + e.getMessage(), e);
            }
            lines.accept(step.action().mark + step.name());
            step.changes().forEach(change -> lines.accept("    " + change));
        }
        lines.accept("%d done, %d unchanged".formatted(steps.size(), unchanged));
    }
}
