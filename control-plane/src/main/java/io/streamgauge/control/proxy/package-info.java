/**
 * The gateway as a reverse proxy: requests and WebSocket connections under a path are passed on to
 * a service behind it. Owns the wire to that service; knows nothing of how clients are
 * authenticated or limited, which is decided before a request comes here ({@link
 * io.streamgauge.control.proxy.ForwardedIdentity}, {@link
 * io.streamgauge.control.proxy.UpgradeGuard}).
 */
@NullMarked
package io.streamgauge.control.proxy;

import org.jspecify.annotations.NullMarked;
