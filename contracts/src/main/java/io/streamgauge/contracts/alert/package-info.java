/**
 * Alerts as a tenant defines them, as the jobs are told of them, and what comes of them: the
 * transitions of their instances.
 */
@NullMarked
package io.streamgauge.contracts.alert;

import org.jspecify.annotations.NullMarked;
