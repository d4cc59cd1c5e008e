/**
 * API keys: made, changed and revoked by a tenant's administrators, and believed as credentials. Of
 * a key's secret only a hash is known here, from the moment after it was made.
 */
@NullMarked
package io.streamgauge.control.apikey;

import org.jspecify.annotations.NullMarked;
