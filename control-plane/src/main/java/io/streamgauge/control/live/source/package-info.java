/**
 * Where the feed has things from besides the logs of results: the state that the database keeps,
 * and a sample of the events that arrive. Knows neither connections nor protocol.
 */
@NullMarked
package io.streamgauge.control.live.source;

import org.jspecify.annotations.NullMarked;
