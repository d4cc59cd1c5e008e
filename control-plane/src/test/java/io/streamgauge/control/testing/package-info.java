/** What tests share: real backends, started once, and ways to fill and read them. */
@NullMarked
package io.streamgauge.control.testing;

import org.jspecify.annotations.NullMarked;
