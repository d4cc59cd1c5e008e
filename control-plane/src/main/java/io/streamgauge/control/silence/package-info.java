/**
 * Silences: for some time, instances of alerts whose labels match are not notified of. Knows
 * nothing of how instances come about, nor of who notifies.
 */
@NullMarked
package io.streamgauge.control.silence;

import org.jspecify.annotations.NullMarked;
