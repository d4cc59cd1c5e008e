/**
 * What a client asks for: the payload of a subscribe message, the filters it comes to, and where
 * the subscription begins. Pure; knows neither connections nor Kafka's clients.
 */
@NullMarked
package io.streamgauge.control.live.request;

import org.jspecify.annotations.NullMarked;
