/** Whether this process lives and whether it can serve, for those who run it. */
@NullMarked
package io.streamgauge.control.health;

import org.jspecify.annotations.NullMarked;
