/**
 * Alerts: their definitions with all versions, what the jobs say of them, and what came of them.
 * Conditions are judged by the jobs, and here only where somebody wants to try one.
 */
@NullMarked
package io.streamgauge.control.alert;

import org.jspecify.annotations.NullMarked;
