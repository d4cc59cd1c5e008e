@NullMarked
package io.streamgauge.embedded;

import org.jspecify.annotations.NullMarked;
