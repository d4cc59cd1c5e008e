/** Ends the keeping of results. */
@NullMarked
package io.streamgauge.control.retention;

import org.jspecify.annotations.NullMarked;
