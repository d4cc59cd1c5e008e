/**
 * Configuration: immutable records, checked when made, and their reader. Knows no feature that is
 * configured.
 */
@NullMarked
package io.streamgauge.control.config;

import org.jspecify.annotations.NullMarked;
