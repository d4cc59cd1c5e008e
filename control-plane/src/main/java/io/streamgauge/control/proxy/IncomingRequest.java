package io.streamgauge.control.proxy;

import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.util.Optional;

/**
 * What is known of a client's request, be it a plain one or an upgrade.
 *
 * @param peer who has sent it, as the socket says
 * @param secure whether it came through TLS
 * @param identity what has been verified of its sender; empty where nothing was asked for
 */
record IncomingRequest(
        HttpPrologue prologue,
        Headers headers,
        PeerInfo peer,
        boolean secure,
        String requestId,
        Optional<ForwardedIdentity> identity) {}
