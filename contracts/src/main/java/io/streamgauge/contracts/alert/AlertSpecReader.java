package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Violation;
import java.util.List;

/** Reads an alert's specification from JSON and reports everything that is wrong with it. */
public final class AlertSpecReader {

    private AlertSpecReader() {}

    /**
     * Reads a specification. Properties that the server sets are ignored; unknown ones are refused.
     *
     * @throws InvalidInputException with all violations
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static AlertSpec read(JsonNode json) throws InvalidInputException {
        throw new InvalidInputException(List.of(new Violation("#", "type", "not yet")));
    }

    /** Whether a text can be an alert's name. A name never looks like an id. */
    public static boolean isName(String text) {
        return !text.isEmpty();
    }
}
