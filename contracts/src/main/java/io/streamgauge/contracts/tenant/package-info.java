/** What the jobs are told of a tenant: whether it is served, and how much of it. */
@NullMarked
package io.streamgauge.contracts.tenant;

import org.jspecify.annotations.NullMarked;
