/**
 * A client of the live connection, as {@code docs/live-protocol.md} describes it. Needs the JDK and
 * Jackson, and nothing of the platform.
 */
@NullMarked
package io.streamgauge.client;

import org.jspecify.annotations.NullMarked;
