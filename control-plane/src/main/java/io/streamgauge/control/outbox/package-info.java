/**
 * The transactional outbox: what a change has to tell the jobs is committed with the change itself,
 * and published afterwards. Knows no kind of message.
 */
@NullMarked
package io.streamgauge.control.outbox;

import org.jspecify.annotations.NullMarked;
