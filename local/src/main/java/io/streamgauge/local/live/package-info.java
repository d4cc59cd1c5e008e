/** A client of the live WebSocket, as any user could write it. */
@NullMarked
package io.streamgauge.local.live;

import org.jspecify.annotations.NullMarked;
