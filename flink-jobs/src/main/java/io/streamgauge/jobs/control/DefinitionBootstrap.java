package io.streamgauge.jobs.control;

import java.io.Serializable;
import java.util.Collection;

/**
 * Gives a task that starts without state all definitions in force, before it judges its first
 * event.
 */
@FunctionalInterface
public interface DefinitionBootstrap extends Serializable {

    /** The last update of each key. Blocks until all are read. */
    Collection<DefinitionUpdate> read() throws Exception;

    /**
     * Every update that is still to be had, in their order: for a job that replays events and must
     * know what was in force at their time. Blocks until all are read.
     */
    default Collection<DefinitionUpdate> history() throws Exception {
        return read();
    }
}
