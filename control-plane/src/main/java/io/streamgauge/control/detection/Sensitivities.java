package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.control.rest.JsonProperties;
import io.streamgauge.detection.Sensitivity;
import java.util.Locale;

/**
 * Thresholds as the API has them: {@code sensitivity}, a word, or {@code threshold}, a number, and
 * never both.
 */
enum Sensitivities {
    LOW(Sensitivity.LOW),
    MEDIUM(Sensitivity.MEDIUM),
    HIGH(Sensitivity.HIGH);

    private static final String WORD = "sensitivity";
    private static final String NUMBER = "threshold";

    private final double threshold;

    Sensitivities(Sensitivity sensitivity) {
        threshold = sensitivity.threshold();
    }

    /**
     * Reads the threshold of an object; notes what is wrong.
     *
     * @param path of the object with a slash behind it, or nothing
     */
    static double read(JsonNode json, String path, JsonProperties notes) {
        JsonNode word = json.path(WORD);
        JsonNode number = json.path(NUMBER);
        boolean hasWord = json.hasNonNull(WORD);
        if (hasWord == json.hasNonNull(NUMBER)) {
            notes.violation(
                    path + WORD,
                    hasWord ? "duplicate" : "required",
                    "expected: either sensitivity, one of low, medium and high, or threshold");
            return DetectionSettings.DEFAULT_THRESHOLD;
        }
        if (hasWord) {
            for (Sensitivities one : values()) {
                if (word.isTextual() && one.wireName().equals(word.textValue())) {
                    return one.threshold;
                }
            }
            notes.violation(
                    path + WORD,
                    "enum",
                    "%s (expected: one of low, medium, high)"
                            .formatted(JsonProperties.shown(word)));
            return DetectionSettings.DEFAULT_THRESHOLD;
        }
        double value = number.asDouble();
        if (!number.isNumber() || !(value > 0 && value <= 1)) {
            notes.violation(
                    path + NUMBER,
                    number.isNumber() ? "range" : "type",
                    "%s (expected: a number above 0, at most 1)"
                            .formatted(JsonProperties.shown(number)));
            return DetectionSettings.DEFAULT_THRESHOLD;
        }
        return value;
    }

    /** Writes a threshold into an object: as the word that it has, or else as a number. */
    static void write(double threshold, ObjectNode json) {
        for (Sensitivities one : values()) {
            if (Double.compare(one.threshold, threshold) == 0) {
                json.put(WORD, one.wireName());
                return;
            }
        }
        json.put(NUMBER, threshold);
    }

    /** Reads what {@link #write} wrote. */
    static double stored(JsonNode json) {
        for (Sensitivities one : values()) {
            if (one.wireName().equals(json.path(WORD).asText())) {
                return one.threshold;
            }
        }
        return json.path(NUMBER).asDouble(DetectionSettings.DEFAULT_THRESHOLD);
    }

    private String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
