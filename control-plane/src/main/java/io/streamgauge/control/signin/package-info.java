/**
 * Tells the dashboard where people sign in. Takes no part in it: the page and the provider do that
 * between them, and what comes of it is a token as any other.
 */
@NullMarked
package io.streamgauge.control.signin;

import org.jspecify.annotations.NullMarked;
