package io.streamgauge.control.config;

import java.net.URI;

/**
 * Where a class of routes forwards its requests to.
 *
 * @param uri scheme, host, port, and the path that goes before that of a request
 * @param stripPrefix whether the path of the class is left out of that of a request
 * @param webSocket whether upgrades to WebSocket are relayed, too
 */
public record UpstreamTarget(URI uri, boolean stripPrefix, boolean webSocket) {}
