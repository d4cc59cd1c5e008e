/**
 * The whole system in one JVM: what {@code streamgauge up} starts, and what end-to-end tests boot.
 */
@NullMarked
package io.streamgauge.local;

import org.jspecify.annotations.NullMarked;
