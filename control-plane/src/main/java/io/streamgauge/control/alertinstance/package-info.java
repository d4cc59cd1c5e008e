/**
 * What came of alerts, as the projection stores it: instances and who has seen them, what the jobs
 * say of the alerts that they run, and how a shadow version compares. Knows nothing of how alerts are
 * judged.
 */
@NullMarked
package io.streamgauge.control.alertinstance;

import org.jspecify.annotations.NullMarked;
