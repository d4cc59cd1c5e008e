/** Rejected events as they are read back. Never writes them. */
@NullMarked
package io.streamgauge.control.rejection;

import org.jspecify.annotations.NullMarked;
