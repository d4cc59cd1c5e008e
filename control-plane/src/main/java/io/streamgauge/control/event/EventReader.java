package io.streamgauge.control.event;

import java.io.IOException;

/**
 * Takes a body apart into its events, without reading more of it than it has to and without
 * checking more than it must to find their ends.
 *
 * <pre>{@code while (reader.next()) { reader.event() ... } }</pre>
 */
sealed interface EventReader permits JsonEventReader, LineEventReader {

    /**
     * Moves to the next event.
     *
     * @return false at the end of the body
     * @throws MalformedBodyException where the rest cannot be told apart
     * @throws IOException where the body cannot be read
     */
    boolean next() throws IOException, MalformedBodyException;

    /**
     * The present event's JSON without the white space around it; a new array. Only where {@link
     * #length} says that it is not too long.
     */
    byte[] event();

    /** Length of the present event, also of one that is too long and was not kept. */
    long length();

    /** Where the present event stands. */
    EventPlace place();

    /**
     * Whether what follows can be trusted after an event that is not JSON. In an array it cannot:
     * its end was found by counting brackets.
     */
    boolean survivesSyntaxErrors();

    /**
     * What to report where the present event is not JSON and the rest is therefore lost.
     *
     * @param message what is wrong, without the place
     */
    MalformedBodyException malformed(String message);
}
