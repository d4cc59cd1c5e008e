/**
 * Finds a tenant's alerts for those who show what comes of them. Reads what the package of their
 * definitions writes, and changes nothing.
 */
@NullMarked
package io.streamgauge.control.alertlookup;

import org.jspecify.annotations.NullMarked;
