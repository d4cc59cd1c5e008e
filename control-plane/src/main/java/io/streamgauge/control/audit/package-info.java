/** Who changed what, when and from where: written with each change, read by administrators. */
@NullMarked
package io.streamgauge.control.audit;

import org.jspecify.annotations.NullMarked;
