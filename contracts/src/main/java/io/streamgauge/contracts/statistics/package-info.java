/**
 * Statistics of numbers that come one by one: what the jobs keep of a window's events, and its
 * binary form in their state.
 */
@NullMarked
package io.streamgauge.contracts.statistics;

import org.jspecify.annotations.NullMarked;
