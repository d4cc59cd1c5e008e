@NullMarked
package io.streamgauge.local;

import org.jspecify.annotations.NullMarked;
