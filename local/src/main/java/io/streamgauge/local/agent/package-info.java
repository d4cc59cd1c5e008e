/**
 * Sends this machine's own metrics into a stream, as a client of the public HTTP API like any
 * other. Knows nothing of the processes behind that API.
 */
@NullMarked
package io.streamgauge.local.agent;

import org.jspecify.annotations.NullMarked;
