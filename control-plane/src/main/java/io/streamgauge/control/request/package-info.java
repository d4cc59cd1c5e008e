/** What every request has, whoever serves it: an id that responses, problems and logs share. */
@NullMarked
package io.streamgauge.control.request;

import org.jspecify.annotations.NullMarked;
