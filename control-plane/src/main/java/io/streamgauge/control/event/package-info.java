/**
 * How events come in: the REST resource that takes batches apart and validates each event, and the
 * log that stamps events with their arrival, hands them to Kafka and keeps the platform's clock
 * moving. Knows nothing of what becomes of an event.
 */
@NullMarked
package io.streamgauge.control.event;

import org.jspecify.annotations.NullMarked;
