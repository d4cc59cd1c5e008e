/**
 * Kafka and PostgreSQL for one machine: real ones, started and stopped by this JVM, for {@code
 * streamgauge up} and for tests. Knows nothing of what Streamgauge keeps in them.
 */
@NullMarked
package io.streamgauge.embedded;

import org.jspecify.annotations.NullMarked;
