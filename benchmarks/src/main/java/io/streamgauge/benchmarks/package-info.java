/** Benchmarks of the hot paths, each runnable with one command; see docs/benchmarks.md. */
@NullMarked
package io.streamgauge.benchmarks;

import org.jspecify.annotations.NullMarked;
