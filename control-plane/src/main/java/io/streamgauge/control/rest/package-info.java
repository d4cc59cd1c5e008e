/**
 * What the REST resources share: reading bodies and parameters, entity tags, cursors, pages,
 * routes. Knows no resource.
 */
@NullMarked
package io.streamgauge.control.rest;

import org.jspecify.annotations.NullMarked;
