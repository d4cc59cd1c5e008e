package io.streamgauge.contracts;

/**
 * One thing that is wrong with an input.
 *
 * @param pointer where, as a JSON pointer in a URI fragment: {@code #/fields/0/type}, or {@code #}
 *     for the whole
 * @param code a stable word for programs: {@code required}, {@code type}, {@code range} and so on
 * @param message for people: the value, and what was expected
 */
public record Violation(String pointer, String code, String message) {

    /** Text in one line: pointer and message. */
    @Override
    public String toString() {
        return pointer + ": " + message;
    }
}
