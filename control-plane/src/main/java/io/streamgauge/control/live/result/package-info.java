/**
 * What subscriptions deliver: the kinds of results, and how each is read from its topic's records.
 * Knows nothing of who gets them.
 */
@NullMarked
package io.streamgauge.control.live.result;

import org.jspecify.annotations.NullMarked;
