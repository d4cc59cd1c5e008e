/**
 * What came of alerts, as the projection stores it: instances, who has seen them, and how a shadow
 * version compares. Knows nothing of how alerts are judged.
 */
@NullMarked
package io.streamgauge.control.alertinstance;

import org.jspecify.annotations.NullMarked;
