/** Flink in this JVM: a mini cluster, its jobs, and the checkpoints that they start again from. */
@NullMarked
package io.streamgauge.local.flink;

import org.jspecify.annotations.NullMarked;
