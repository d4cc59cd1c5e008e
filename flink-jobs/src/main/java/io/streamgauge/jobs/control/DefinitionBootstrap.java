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
}
