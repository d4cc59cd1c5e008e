/**
 * What every request passes before a handler sees it, in this order: request id and access log,
 * authentication, tenant, rate limit, cache. Knows the classes of routes; knows no resource.
 */
@NullMarked
package io.streamgauge.control.gateway;

import org.jspecify.annotations.NullMarked;
