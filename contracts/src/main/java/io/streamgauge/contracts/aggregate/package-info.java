/** Aggregates: a series' statistics over one window, and their form on the wire. */
@NullMarked
package io.streamgauge.contracts.aggregate;

import org.jspecify.annotations.NullMarked;
