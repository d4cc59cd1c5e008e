/** Quotas that are held in memory, where asking the database for each use would cost too much. */
@NullMarked
package io.streamgauge.control.quota;

import org.jspecify.annotations.NullMarked;
