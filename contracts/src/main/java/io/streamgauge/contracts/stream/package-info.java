/**
 * Stream definitions: what a tenant declares, how it is validated, how it may change, and its form
 * on the control topic.
 */
@NullMarked
package io.streamgauge.contracts.stream;

import org.jspecify.annotations.NullMarked;
