/**
 * Ends the keeping of results: of everyone's by whole days, of a tenant's by its own quota. Knows
 * no requests.
 */
@NullMarked
package io.streamgauge.control.retention;

import org.jspecify.annotations.NullMarked;
