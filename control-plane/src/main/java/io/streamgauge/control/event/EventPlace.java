package io.streamgauge.control.event;

import java.util.OptionalLong;

/**
 * Where in a body an event stands.
 *
 * @param index of the event in its batch, from 0
 * @param line of the body, from 1, where the body is read line by line or cannot be read on
 * @param column in characters, from 1, where the body cannot be read on
 */
record EventPlace(int index, OptionalLong line, OptionalLong column) {

    static EventPlace ofIndex(int index) {
        return new EventPlace(index, OptionalLong.empty(), OptionalLong.empty());
    }

    static EventPlace ofLine(int index, long line) {
        return new EventPlace(index, OptionalLong.of(line), OptionalLong.empty());
    }
}
