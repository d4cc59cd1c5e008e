/**
 * Alerts as files: reading them, comparing them with what an installation has, and applying them.
 */
@NullMarked
package io.streamgauge.local.rules;

import org.jspecify.annotations.NullMarked;
