package io.streamgauge.control.backtest;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.AlertChecker;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.alertlookup.AlertLookup;
import io.streamgauge.control.alertlookup.KnownAlert;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.stream.StreamCatalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Finds or reads the alert of a request, its members, and the streams of all of them. */
public final class SubjectFinder {

    /** Of an alert that is none yet. */
    private static final AlertId NONE = new AlertId(new UUID(0, 0));

    private final AlertLookup alerts;
    private final StreamCatalog streams;

    public SubjectFinder(AlertLookup alerts, StreamCatalog streams) {
        this.alerts = alerts;
        this.streams = streams;
    }

    /**
     * Finds what a request is about.
     *
     * @throws NotFound where it names an alert that the tenant has not
     * @throws InvalidRequest where its specification is not valid
     */
    BacktestSubject find(TenantId tenant, BacktestRequest request) {
        if (request.alert().isTextual()) {
            KnownAlert known = alerts.get(tenant, request.alert().textValue());
            long number = request.version().orElse(known.activeVersion());
            AlertSpec spec =
                    alerts.spec(known, number)
                            .orElseThrow(
                                    () ->
                                            invalid(
                                                    "#/version",
                                                    "%d (expected: a version of %s)"
                                                            .formatted(number, known.name())));
            return subject(tenant, known.id(), number, spec, "#/alert");
        }
        AlertSpec spec;
        try {
            spec = AlertSpecReader.read(request.alert());
        } catch (InvalidInputException e) {
            throw new InvalidRequest(within("#/alert", e.violations()));
        }
        return subject(tenant, NONE, 1, spec, "#/alert");
    }

    private BacktestSubject subject(
            TenantId tenant, AlertId id, long number, AlertSpec spec, String pointer) {
        Set<StreamDefinition> judged = new LinkedHashSet<>();
        Optional<StreamDefinition> stream = stream(tenant, spec, pointer);
        stream.ifPresent(judged::add);
        if (stream.isPresent()) {
            List<Violation> violations = AlertChecker.check(spec, stream.get().spec());
            if (!violations.isEmpty()) {
                throw new InvalidRequest(within(pointer, violations));
            }
        }
        Map<String, AlertId> memberIds = new LinkedHashMap<>();
        List<AlertDefinition> members = new ArrayList<>();
        for (String reference : references(spec)) {
            KnownAlert member =
                    alerts.find(tenant, reference)
                            .orElseThrow(
                                    () ->
                                            invalid(
                                                    pointer + "/condition",
                                                    "%s (expected: the id or name of an alert)"
                                                            .formatted(reference)));
            memberIds.put(reference, member.id());
            AlertSpec of = alerts.spec(member, member.activeVersion()).orElseThrow();
            Optional<StreamDefinition> memberStream = stream(tenant, of, pointer + "/condition");
            memberStream.ifPresent(judged::add);
            members.add(
                    definition(
                            tenant,
                            member.id(),
                            member.activeVersion(),
                            of,
                            memberStream,
                            Map.of()));
        }
        return new BacktestSubject(
                definition(tenant, id, number, spec, stream, memberIds),
                members,
                List.copyOf(judged));
    }

    private Optional<StreamDefinition> stream(TenantId tenant, AlertSpec spec, String pointer) {
        if (spec.stream().isEmpty()) {
            return Optional.empty();
        }
        String reference = spec.stream().get();
        return Optional.of(
                streams.find(tenant, reference)
                        .orElseThrow(
                                () ->
                                        invalid(
                                                pointer + "/stream",
                                                "%s (expected: the id or name of a stream)"
                                                        .formatted(reference))));
    }

    private static AlertDefinition definition(
            TenantId tenant,
            AlertId id,
            long number,
            AlertSpec spec,
            Optional<StreamDefinition> stream,
            Map<String, AlertId> members) {
        return new AlertDefinition(
                tenant,
                id,
                stream.map(StreamDefinition::id),
                members,
                1,
                false,
                List.of(new AlertVersion(number, AlertVersion.Mode.ACTIVE, spec)),
                Instant.EPOCH);
    }

    private static Set<String> references(AlertSpec spec) {
        Set<String> references = new LinkedHashSet<>();
        if (spec.condition() instanceof Condition.Composite composite) {
            references.addAll(composite.all());
            references.addAll(composite.any());
            references.addAll(composite.none());
        }
        return references;
    }

    private static List<Violation> within(String pointer, List<Violation> violations) {
        return violations.stream()
                .map(
                        it ->
                                new Violation(
                                        pointer + it.pointer().substring(1),
                                        it.code(),
                                        it.message()))
                .toList();
    }

    private static InvalidRequest invalid(String pointer, String message) {
        return new InvalidRequest(new Violation(pointer, "unknown", message));
    }
}
