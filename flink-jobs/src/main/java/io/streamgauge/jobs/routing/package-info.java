/** How events find their streams, the same in each job: by definitions, policies and patience. */
@NullMarked
package io.streamgauge.jobs.routing;

import org.jspecify.annotations.NullMarked;
