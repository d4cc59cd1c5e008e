/** What works behind the requests: loops that go round until they are closed. Knows no work. */
@NullMarked
package io.streamgauge.control.background;

import org.jspecify.annotations.NullMarked;
