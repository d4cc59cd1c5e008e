/**
 * What a tenant is: state, tier and quotas, and the directory that finds them. Knows no principals
 * and no routes.
 */
@NullMarked
package io.streamgauge.control.tenant;

import org.jspecify.annotations.NullMarked;
