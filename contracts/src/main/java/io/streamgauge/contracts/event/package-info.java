/** Events: decoding them against a stream's schema, and the series that they belong to. */
@NullMarked
package io.streamgauge.contracts.event;

import org.jspecify.annotations.NullMarked;
