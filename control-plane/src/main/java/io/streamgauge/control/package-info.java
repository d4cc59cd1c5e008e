/** The control plane: the wiring of its features, and its start. Features are in packages below. */
@NullMarked
package io.streamgauge.control;

import org.jspecify.annotations.NullMarked;
