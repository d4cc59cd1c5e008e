@NullMarked
package io.streamgauge.local.token;

import org.jspecify.annotations.NullMarked;
