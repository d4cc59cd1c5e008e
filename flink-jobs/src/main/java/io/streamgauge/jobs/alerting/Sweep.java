package io.streamgauge.jobs.alerting;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all groups that anything is remembered of, a few at a time, so that state of rules
 * that are over goes away although nothing comes for the group any more. A request while it is
 * under way lets it begin once more at its end. For one task's thread.
 */
final class Sweep implements AutoCloseable {

    /** Groups looked at in one slice. */
    private static final int SLICE = 500;

    private final KeyedStateBackend<String> backend;

    /** What the groups begin with that are to be visited; in the next round, and in this one. */
    private final Set<String> requested = new LinkedHashSet<>();

    private Set<String> present = Set.of();
    private @Nullable Stream<String> stream;
    private @Nullable Iterator<String> groups;

    Sweep(KeyedStateBackend<String> backend) {
        this.backend = backend;
    }

    /**
     * Asks for a visit.
     *
     * @param prefix of the groups' texts; empty for all
     */
    void request(String prefix) {
        requested.add(prefix);
    }

    /** Visits the next groups. */
    void slice(Consumer<String> visit) {
        if (groups == null) {
            if (requested.isEmpty()) {
                return;
            }
            present = Set.copyOf(requested);
            requested.clear();
            stream = backend.getKeys(FlinkKeyStore.AGENDA.getName(), VoidNamespace.INSTANCE);
            groups = stream.iterator();
        }
        for (int i = 0; i < SLICE && groups.hasNext(); i++) {
            String group = groups.next();
            if (present.stream().anyMatch(group::startsWith)) {
                visit.accept(group);
            }
        }
        if (!groups.hasNext()) {
            close();
        }
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
        stream = null;
        groups = null;
        present = Set.of();
    }
}
