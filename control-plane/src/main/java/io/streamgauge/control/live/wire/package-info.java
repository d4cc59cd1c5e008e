/**
 * The messages of the protocol as texts, and the codes of a close. Knows neither threads nor
 * connections.
 */
@NullMarked
package io.streamgauge.control.live.wire;

import org.jspecify.annotations.NullMarked;
