/**
 * The listener: certificates, how many clients there are and how patient it is with them, and what
 * a request must look like before anyone looks at what it asks for. Knows no resource.
 */
@NullMarked
package io.streamgauge.control.http;

import org.jspecify.annotations.NullMarked;
