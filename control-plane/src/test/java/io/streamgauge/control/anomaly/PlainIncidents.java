package io.streamgauge.control.anomaly;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Groups all anomalies that there are, one after the other: what the database is held against. */
final class PlainIncidents {

    private static final Comparator<Row> IN_TIME =
            Comparator.comparing(Row::start).thenComparing(row -> row.id().toString());

    /** A stored anomaly. */
    record Row(UUID id, Instant start, Duration window, String host, String measure, double score) {

        Instant end() {
            return start.plus(window);
        }

        /** Up to when what begins belongs to the same incident. */
        Instant holdsUntil() {
            long quiet = Math.min(Math.max(window.toSeconds(), 120), 3_600);
            return end().plusSeconds(quiet);
        }
    }

    /** Of one incident, what is compared: its members are host, measure and greatest score. */
    record Group(
            UUID id,
            Instant begin,
            Instant end,
            double score,
            long series,
            long measures,
            long anomalies,
            List<String> members) {

        Group withFirst(int number) {
            return new Group(
                    id,
                    begin,
                    end,
                    score,
                    series,
                    measures,
                    anomalies,
                    members.subList(0, Math.min(number, members.size())));
        }
    }

    private PlainIncidents() {}

    /** The newest first. */
    static List<Group> of(List<Row> rows) {
        List<Group> groups = new ArrayList<>();
        List<Row> open = new ArrayList<>();
        Instant holdsUntil = Instant.MIN;
        Instant chainBegin = Instant.MIN;
        for (Row row : rows.stream().sorted(IN_TIME).toList()) {
            boolean goesOn = !row.start().isAfter(holdsUntil);
            if (!goesOn) {
                chainBegin = row.start();
            }
            Instant midnight = row.start().truncatedTo(ChronoUnit.DAYS);
            boolean isOverLong =
                    goesOn
                            && open.getLast().start().isBefore(midnight)
                            && !chainBegin.isAfter(midnight.minus(1, ChronoUnit.DAYS));
            if (!open.isEmpty() && (!goesOn || isOverLong)) {
                groups.addFirst(group(open));
                open.clear();
            }
            open.add(row);
            holdsUntil =
                    goesOn && holdsUntil.isAfter(row.holdsUntil()) ? holdsUntil : row.holdsUntil();
        }
        if (!open.isEmpty()) {
            groups.addFirst(group(open));
        }
        return groups;
    }

    private static Group group(List<Row> rows) {
        Map<String, List<Row>> byMember = new TreeMap<>();
        rows.forEach(
                row ->
                        byMember.computeIfAbsent(
                                        row.host() + "/" + row.measure(), any -> new ArrayList<>())
                                .add(row));
        List<String> members =
                byMember.entrySet().stream()
                        .sorted(
                                Comparator.<Map.Entry<String, List<Row>>>comparingDouble(
                                                it -> -greatest(it.getValue()))
                                        .thenComparing(it -> it.getValue().getFirst().start()))
                        .map(it -> it.getKey() + "/" + greatest(it.getValue()))
                        .toList();
        return new Group(
                rows.getFirst().id(),
                rows.getFirst().start(),
                rows.stream().map(Row::end).max(Comparator.naturalOrder()).orElseThrow(),
                greatest(rows),
                rows.stream().map(Row::host).distinct().count(),
                members.size(),
                rows.size(),
                members);
    }

    private static double greatest(List<Row> rows) {
        return rows.stream().mapToDouble(Row::score).max().orElseThrow();
    }
}
