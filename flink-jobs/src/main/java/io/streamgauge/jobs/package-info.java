/** The Flink jobs of Streamgauge. Knows Kafka and Flink; knows no HTTP and no SQL. */
@NullMarked
package io.streamgauge.jobs;

import org.jspecify.annotations.NullMarked;
