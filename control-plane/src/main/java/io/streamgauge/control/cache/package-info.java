/** What requests look up all the time and the database changes rarely. Knows no feature. */
@NullMarked
package io.streamgauge.control.cache;

import org.jspecify.annotations.NullMarked;
