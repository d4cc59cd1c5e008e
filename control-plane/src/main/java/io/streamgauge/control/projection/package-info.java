/**
 * Keeps the jobs' results in PostgreSQL: reads the topics of results and writes rows, each result
 * once in effect. Knows nothing of who reads them.
 */
@NullMarked
package io.streamgauge.control.projection;

import org.jspecify.annotations.NullMarked;
