/**
 * The alerting job: events to the rules that they can matter to, and by their groups to the keyed
 * operator that judges them.
 */
@NullMarked
package io.streamgauge.jobs.alerting;

import org.jspecify.annotations.NullMarked;
