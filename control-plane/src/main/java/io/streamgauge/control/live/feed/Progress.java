package io.streamgauge.control.live.feed;

import io.streamgauge.control.live.resume.Offsets;

/** How far a subscription has come. */
sealed interface Progress {

    /** It is told of everything behind, from now on. */
    record Joined() implements Progress {}

    /** It has been given what follows its place, up to another one. */
    record Moved(Offsets cursor) implements Progress {}

    /** It stands behind what was read so far. */
    record Ahead() implements Progress {}

    /** What follows its place is not in memory any more. */
    record Behind() implements Progress {}

    /** Its stream has been deleted. */
    record Deleted() implements Progress {}
}
