/**
 * Stream definitions: their REST resource, their rows, and the catalog that the rest of the control
 * plane finds them in.
 */
@NullMarked
package io.streamgauge.control.stream;

import org.jspecify.annotations.NullMarked;
