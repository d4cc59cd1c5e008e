/** How the command line speaks to the REST API. */
@NullMarked
package io.streamgauge.local.api;

import org.jspecify.annotations.NullMarked;
