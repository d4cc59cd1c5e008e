/**
 * Responses that are given again: what is kept, for whom, until when, and the filter that keeps and
 * gives it. Knows classes of routes and callers; knows no resource, and none knows it: handlers
 * only send through {@link io.streamgauge.control.request.BodySender}.
 */
@NullMarked
package io.streamgauge.control.responsecache;

import org.jspecify.annotations.NullMarked;
