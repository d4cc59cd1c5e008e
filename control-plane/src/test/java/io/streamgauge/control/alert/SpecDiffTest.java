package io.streamgauge.control.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecDiffTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1}; {\"a\": 1}; []",
                "{\"a\": 1}; {\"a\": 2}; [{\"pointer\":\"#/a\",\"before\":1,\"after\":2}]",
                "{\"a\": 1}; {}; [{\"pointer\":\"#/a\",\"before\":1}]",
                "{}; {\"a~/b\": 1}; [{\"pointer\":\"#/a~0~1b\",\"after\":1}]",
                "{\"a\": null}; {}; [{\"pointer\":\"#/a\",\"before\":null}]",
                "{\"a\": [1, 2]}; {\"a\": [1, 3, 4]};"
                    + " [{\"pointer\":\"#/a/1\",\"before\":2,\"after\":3},{\"pointer\":\"#/a/2\",\"after\":4}]",
                "{\"a\": {\"b\": 1}}; {\"a\": [1]};"
                        + " [{\"pointer\":\"#/a\",\"before\":{\"b\":1},\"after\":[1]}]"
            })
    void namesTheSmallestValuesThatDiffer(String before, String after, String changes)
            throws JsonProcessingException {
        JsonNode expected = Json.mapper().readTree(changes);

        assertThat(
                        (JsonNode)
                                SpecDiff.between(
                                        Json.mapper().readTree(before),
                                        Json.mapper().readTree(after)))
                .isEqualTo(expected);
    }
}
