package io.streamgauge.control.alert;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.AlertChecker;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.stream.StreamService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * Checks a specification, which is well formed, against everything that it refers to: its stream,
 * the members of a composite, and in the end the compiler of the jobs. Holds what it has found
 * until the transaction ends, so that what was checked is what is saved. Members are held in the
 * order of their references; nothing holds a composite and then asks for one of its members'
 * composites, so no two wait for each other.
 */
final class AlertValidator {

    /** A name that a path has for something else. */
    private static final Set<String> RESERVED = Set.of("active");

    private final StreamService streams;
    private final AlertRepository alerts;
    private final RuleCheck rules;

    /**
     * What a specification refers to.
     *
     * @param stream empty for a composite
     * @param members of a composite, by reference
     */
    record References(Optional<StreamDefinition> stream, Map<String, AlertId> members) {}

    AlertValidator(StreamService streams, AlertRepository alerts, RuleCheck rules) {
        this.streams = streams;
        this.alerts = alerts;
        this.rules = rules;
    }

    /**
     * Finds what a specification refers to, and checks it with that.
     *
     * @throws InvalidRequest with all that is wrong
     */
    References check(Handle handle, TenantId tenant, AlertSpec spec) {
        List<Violation> violations = new ArrayList<>();
        if (RESERVED.contains(spec.name())) {
            violations.add(
                    new Violation(
                            "#/name",
                            "reserved",
                            "%s has a meaning in paths (expected: another name)"
                                    .formatted(spec.name())));
        }
        References references =
                spec.condition() instanceof Condition.Composite composite
                        ? new References(
                                Optional.empty(),
                                members(handle, tenant, spec, composite, violations))
                        : new References(stream(handle, tenant, spec, violations), Map.of());
        if (violations.isEmpty()) {
            references.stream()
                    .ifPresent(it -> violations.addAll(AlertChecker.check(spec, it.spec())));
        }
        if (violations.isEmpty()) {
            rules.problem(spec, references.stream(), references.members())
                    .ifPresent(it -> violations.add(new Violation("#/condition", "rule", it)));
        }
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
        return references;
    }

    /**
     * As {@link #check}, for an alert that is there.
     *
     * @throws Conflict where it would become another alert
     */
    References checkChange(Handle handle, Alert current, AlertSpec spec) {
        if (!current.name().equals(spec.name())) {
            throw immutable(
                    "#/name",
                    "the name cannot change from %s to %s; create another alert"
                            .formatted(current.name(), spec.name()),
                    current);
        }
        References references = check(handle, current.tenant(), spec);
        Optional<StreamId> stream = references.stream().map(StreamDefinition::id);
        if (!stream.equals(current.stream())) {
            throw immutable(
                    "#/stream",
                    "the stream cannot change, nor can a composite become an alert of a stream or"
                            + " the reverse; create another alert",
                    current);
        }
        return references;
    }

    private static Conflict immutable(String pointer, String message, Alert alert) {
        return new Conflict(
                ErrorCode.IMMUTABLE,
                "alert: %s cannot change so: %s".formatted(alert.name(), message),
                List.of(new Violation(pointer, "immutable", message)));
    }

    /** Refuses other keys where composites rely on the present ones. */
    void refuseOtherKeys(Handle handle, Alert current, AlertSpec spec) {
        if (!Set.copyOf(current.spec().groupBy()).equals(Set.copyOf(spec.groupBy()))) {
            String message = "cannot change its groupBy";
            refuseMember(
                    handle,
                    current,
                    message,
                    List.of(new Violation("#/groupBy", "in-use", message)));
        }
    }

    /** Refuses a change where composites name the alert. */
    void refuseMember(Handle handle, Alert alert, String message, List<Violation> violations) {
        List<String> composites = alerts.compositesOf(handle, alert.tenant(), alert.id());
        if (!composites.isEmpty()) {
            throw new Conflict(
                    ErrorCode.IN_USE,
                    "alert: %s %s while composites name it: %s (expected: none)"
                            .formatted(alert.name(), message, String.join(", ", composites)),
                    violations);
        }
    }

    /**
     * Refuses what the jobs could not read, which would be a mistake of ours: better found here.
     *
     * @return as the jobs are told of it
     */
    static byte[] message(AlertDefinition definition) {
        byte[] bytes = AlertDefinitionCodec.toBytes(definition);
        try {
            AlertDefinition unused = AlertDefinitionCodec.fromBytes(bytes);
        } catch (InvalidInputException e) {
            throw new InvalidRequest(e);
        }
        return bytes;
    }

    private Optional<StreamDefinition> stream(
            Handle handle, TenantId tenant, AlertSpec spec, List<Violation> violations) {
        String reference = spec.stream().orElse("");
        Optional<StreamDefinition> stream = streams.hold(handle, tenant, reference);
        if (stream.isEmpty()) {
            violations.add(
                    new Violation(
                            "#/stream",
                            "unknown",
                            "%s is no stream (expected: the id or the name of one)"
                                    .formatted(QueryParameters.quote(reference))));
        }
        return stream;
    }

    private Map<String, AlertId> members(
            Handle handle,
            TenantId tenant,
            AlertSpec spec,
            Condition.Composite composite,
            List<Violation> violations) {
        Map<String, AlertId> members = new TreeMap<>();
        Map<String, Optional<Alert>> found = new TreeMap<>();
        pointers(composite).values().stream()
                .sorted()
                .distinct()
                .forEach(it -> found.put(it, alerts.findForShare(handle, tenant, it)));
        pointers(composite)
                .forEach(
                        (pointer, reference) -> {
                            Optional<Alert> member =
                                    found.getOrDefault(reference, Optional.empty());
                            Optional<String> problem = problem(spec, reference, member);
                            problem.ifPresent(
                                    it -> violations.add(new Violation(pointer, "member", it)));
                            member.ifPresent(it -> members.put(reference, it.id()));
                        });
        return members;
    }

    private static Optional<String> problem(
            AlertSpec spec, String reference, Optional<Alert> member) {
        String shown = QueryParameters.quote(reference);
        if (member.isEmpty()) {
            return Optional.of(
                    "%s is no alert (expected: the id or the name of one)".formatted(shown));
        }
        if (member.get().stream().isEmpty()) {
            return Optional.of(
                    "%s is a composite (expected: an alert of a stream)".formatted(shown));
        }
        List<String> groupBy = member.get().spec().groupBy();
        return groupBy.containsAll(spec.groupBy())
                ? Optional.empty()
                : Optional.of(
                        "%s has other keys, of %s (expected: a groupBy with all of %s)"
                                .formatted(shown, groupBy, spec.groupBy()));
    }

    /** The members of a composite by their places in the specification. */
    private static Map<String, String> pointers(Condition.Composite composite) {
        Map<String, String> pointers = new TreeMap<>();
        Map.of("all", composite.all(), "any", composite.any(), "none", composite.none())
                .forEach(
                        (list, references) -> {
                            for (int i = 0; i < references.size(); i++) {
                                pointers.put(
                                        "#/condition/%s/%d".formatted(list, i), references.get(i));
                            }
                        });
        return pointers;
    }
}
