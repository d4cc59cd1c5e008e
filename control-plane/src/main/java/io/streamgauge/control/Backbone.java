package io.streamgauge.control;

import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.redis.InvalidationBus;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamService;
import java.time.Clock;

/**
 * What every area of the API is built on.
 *
 * @param database of all definitions and results
 * @param outbox through which definitions reach the jobs
 * @param audit of every change
 * @param bus by which replicas hear of each other's changes
 * @param catalog of the streams
 * @param streams and what may be done with them
 * @param clock of the control plane
 * @param parts that an area starts, and that end with the control plane
 */
record Backbone(
        Database database,
        Outbox outbox,
        AuditLog audit,
        InvalidationBus bus,
        StreamCatalog catalog,
        StreamService streams,
        Clock clock,
        Parts parts) {}
