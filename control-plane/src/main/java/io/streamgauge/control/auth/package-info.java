/** Who makes a request and what they may do. Knows tokens; knows no routes. */
@NullMarked
package io.streamgauge.control.auth;

import org.jspecify.annotations.NullMarked;
