/**
 * How a subscription that begins in the past comes to the present: places in the logs of results
 * and the texts that clients keep them by, the latest records in memory, and the readers that fetch
 * older ones from Kafka. Knows neither connections nor what is in a record.
 */
@NullMarked
package io.streamgauge.control.live.resume;

import org.jspecify.annotations.NullMarked;
