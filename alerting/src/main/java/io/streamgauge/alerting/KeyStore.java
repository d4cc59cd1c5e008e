package io.streamgauge.alerting;

import java.util.Optional;

/**
 * What is remembered of one key between two calls of its {@link KeyJudge}: for each rule a state
 * and numbered cells, for the key itself an agenda, and events that wait for their turn. All values
 * are bytes of the judge's making; whoever stores them neither reads nor changes them.
 *
 * <p>A key that nothing is to be remembered of leaves nothing behind.
 */
public interface KeyStore {

    /** Which rules have state here and when each is due; empty where there is none. */
    Optional<byte[]> agenda();

    /** Replaces the agenda. */
    void putAgenda(byte[] agenda);

    /** Removes the agenda. */
    void removeAgenda();

    /** State of a rule; empty where there is none. */
    Optional<byte[]> state(RuleKey rule);

    /** Replaces the state of a rule. */
    void putState(RuleKey rule, byte[] state);

    /** Removes state and all cells of a rule. */
    void removeRule(RuleKey rule);

    /** A cell of a rule; empty where there is none. */
    Optional<byte[]> cell(RuleKey rule, long index);

    /** Replaces a cell of a rule. */
    void putCell(RuleKey rule, long index, byte[] cell);

    /** Removes the cells of a rule from one index on up to another, which is not included. */
    void removeCells(RuleKey rule, long from, long to);

    /** Visits the cells of a rule from one index on up to another, not included, ascending. */
    void cells(RuleKey rule, long from, long to, CellVisitor visitor);

    /** Keeps an event until its turn. */
    void enqueue(QueuePosition position, byte[] event);

    /** The event whose turn comes first; empty where none waits. */
    Optional<QueuedEvent> firstQueued();

    /** Removes an event that has had its turn. */
    void dequeue(QueuePosition position);

    /** Takes the cells of a range. */
    @FunctionalInterface
    interface CellVisitor {

        /** Takes one; must not change the store. */
        void visit(long index, byte[] cell);
    }

    /** An event that waits for its turn. */
    @SuppressWarnings("ArrayRecordComponent") // handed through; never compared
    record QueuedEvent(QueuePosition position, byte[] event) {}
}
