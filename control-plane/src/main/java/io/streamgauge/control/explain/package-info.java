/**
 * Why an alert does or does not fire for a key: asks the job that judges it. Knows how to ask, and
 * nothing of what the answer says.
 */
@NullMarked
package io.streamgauge.control.explain;

import org.jspecify.annotations.NullMarked;
