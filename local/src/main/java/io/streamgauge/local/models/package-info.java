/** The part of the command line that is about models of anomaly detection. */
@NullMarked
package io.streamgauge.local.models;

import org.jspecify.annotations.NullMarked;
