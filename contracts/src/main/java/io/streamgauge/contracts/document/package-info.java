/** Reading of documents that people write: every fault is reported, each with its place. */
@NullMarked
package io.streamgauge.contracts.document;

import org.jspecify.annotations.NullMarked;
