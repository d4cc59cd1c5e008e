/**
 * How requests fail: the closed family of exceptions that features throw, and the one place that
 * writes them, and every other failure, as {@code application/problem+json} (RFC 9457). The
 * exceptions know no HTTP; the writer maps them.
 */
@NullMarked
package io.streamgauge.control.problem;

import org.jspecify.annotations.NullMarked;
