/**
 * The browser's part of the product, as files that the build has made of {@code dashboard/}. Knows
 * nothing of what they do: they use the API like any other client.
 */
@NullMarked
package io.streamgauge.control.dashboard;

import org.jspecify.annotations.NullMarked;
