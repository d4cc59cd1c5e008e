/**
 * Conditions over events in CEL (Common Expression Language): compiled against a stream's schema,
 * evaluated with bounded cost. This package alone knows which implementation of CEL it is.
 */
@NullMarked
package io.streamgauge.contracts.expression;

import org.jspecify.annotations.NullMarked;
