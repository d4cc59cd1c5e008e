/**
 * How the Flink jobs are, for operators of the platform: read from Flink's REST API, of which this
 * is the only package that knows. Knows no tenant and changes nothing.
 */
@NullMarked
package io.streamgauge.control.job;

import org.jspecify.annotations.NullMarked;
