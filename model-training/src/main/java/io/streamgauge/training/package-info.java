/**
 * Trains models of all measures of a series and tells how good they are on time that they have not
 * seen. Knows nothing of streams, tenants, stores or where a history comes from.
 */
@NullMarked
package io.streamgauge.training;

import org.jspecify.annotations.NullMarked;
