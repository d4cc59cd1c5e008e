@NullMarked
package io.streamgauge.local.agent;

import org.jspecify.annotations.NullMarked;
