/** Definitions as the jobs receive them: the control topic, live and from its beginning. */
@NullMarked
package io.streamgauge.jobs.control;

import org.jspecify.annotations.NullMarked;
