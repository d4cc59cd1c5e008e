/**
 * Members of a tenant: users of an identity provider and what they may do there, for those whose
 * tokens name no tenant.
 */
@NullMarked
package io.streamgauge.control.member;

import org.jspecify.annotations.NullMarked;
