/** Aggregates as they are read back: by stream, window, time and dimensions. Never writes them. */
@NullMarked
package io.streamgauge.control.aggregate;

import org.jspecify.annotations.NullMarked;
