/** The ends of the jobs at Kafka: records in with the platform's clock, records out. */
@NullMarked
package io.streamgauge.jobs.kafka;

import org.jspecify.annotations.NullMarked;
