/** Events that were not counted, with the reason. */
@NullMarked
package io.streamgauge.contracts.rejection;

import org.jspecify.annotations.NullMarked;
