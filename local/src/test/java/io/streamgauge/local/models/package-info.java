@NullMarked
package io.streamgauge.local.models;

import org.jspecify.annotations.NullMarked;
