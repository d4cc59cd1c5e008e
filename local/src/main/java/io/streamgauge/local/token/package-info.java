/** The local installation's signing key, and the tokens made with it. */
@NullMarked
package io.streamgauge.local.token;

import org.jspecify.annotations.NullMarked;
