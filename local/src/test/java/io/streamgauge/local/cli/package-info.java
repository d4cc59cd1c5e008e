@NullMarked
package io.streamgauge.local.cli;

import org.jspecify.annotations.NullMarked;
