@NullMarked
package io.streamgauge.local.flink;

import org.jspecify.annotations.NullMarked;
