package io.streamgauge.alerting;

import org.jspecify.annotations.Nullable;

/**
 * The key that a judge has turned to, with its store and its agenda, which is read when it is first
 * asked for. For one thread.
 */
final class PresentKey {

    private static final String NONE = "";

    private String key = NONE;
    private @Nullable KeyStore selected;
    private @Nullable Agenda agenda;
    private long suspendedSince = KeyJudge.NEVER;

    void select(String next, KeyStore store, long suspended) {
        key = next;
        selected = store;
        suspendedSince = suspended;
        agenda = null;
    }

    /** Values of the dimensions by name, as a JSON object. */
    String key() {
        return key;
    }

    /** From when on nothing happens to the key by time alone. */
    long suspendedSince() {
        return suspendedSince;
    }

    void resumed() {
        suspendedSince = KeyJudge.NEVER;
    }

    KeyStore store() {
        if (selected == null) {
            throw new IllegalStateException("key: none (expected: one to be selected)");
        }
        return selected;
    }

    Agenda agenda() {
        if (agenda == null) {
            agenda = store().agenda().map(Agenda::fromBytes).orElseGet(Agenda::new);
        }
        return agenda;
    }

    /** When something is next due; {@link KeyJudge#NEVER} where nothing is. */
    long nextDue() {
        long due = agenda == null ? nextStored() : agenda.nextDue();
        return due < suspendedSince ? due : KeyJudge.NEVER;
    }

    private long nextStored() {
        return store().agenda().map(Agenda::nextDue).orElse(KeyJudge.NEVER);
    }

    /** Writes the agenda, where it has changed. */
    void save() {
        if (agenda == null || !agenda.isChanged()) {
            return;
        }
        if (agenda.isEmpty()) {
            store().removeAgenda();
            agenda = null;
        } else {
            store().putAgenda(agenda.toBytes());
        }
    }
}
