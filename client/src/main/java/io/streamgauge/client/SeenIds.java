package io.streamgauge.client;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The last identities, to leave out what is told twice: after a failure a job may repeat results,
 * and a subscription that begins with the state may get one of them again. For one thread.
 */
final class SeenIds {

    private final int most;
    private final SequencedSet<String> ids = new LinkedHashSet<>();

    SeenIds(int most) {
        this.most = most;
    }

    /** Whether it is new; what has no identity always is. */
    boolean add(Optional<String> id) {
        if (id.isEmpty()) {
            return true;
        }
        if (!ids.add(id.get())) {
            return false;
        }
        if (ids.size() > most) {
            ids.removeFirst();
        }
        return true;
    }
}
