/**
 * What replicas of the control plane share through Redis: the connection with its circuit breaker,
 * and the bus on which they tell each other of changes. Redis is a convenience: whoever uses this
 * package works on without it. Knows no feature.
 */
@NullMarked
package io.streamgauge.control.redis;

import org.jspecify.annotations.NullMarked;
