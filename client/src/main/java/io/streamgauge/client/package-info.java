/**
 * A client of the platform, as {@code docs/clients.md} describes it: {@link
 * io.streamgauge.client.LiveClient} for the live connection, {@link io.streamgauge.client.Alerts}
 * for alerts by REST. Needs the JDK and Jackson, and nothing of the platform.
 */
@NullMarked
package io.streamgauge.client;

import org.jspecify.annotations.NullMarked;
