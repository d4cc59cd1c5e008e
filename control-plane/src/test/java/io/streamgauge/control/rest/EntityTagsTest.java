package io.streamgauge.control.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.control.problem.InvalidRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    '"a"'            | true  | true
                    '"b"'            | false | false
                    'W/"a"'          | false | true
                    '"b", "a"'       | true  | true
                    '"b","a" ,"c"'   | true  | true
                    '"b", W/"a"'     | false | true
                    '*'              | true  | true
                    ' * '            | true  | true
                    '"x,y", "a"'     | true  | true
                    """)
    void matchAsTheStandardSays(String header, boolean strongly, boolean weakly) {
        EntityTags tags = EntityTags.parse("If-Match", List.of(header));

        assertThat(tags.matchStrongly("\"a\"")).isEqualTo(strongly);
        assertThat(tags.matchWeakly("\"a\"")).isEqualTo(weakly);
    }

    @Test
    void takesSeveralHeadersForOneList() {
        EntityTags tags = EntityTags.parse("If-Match", List.of("\"a\"", "\"b\""));

        assertThat(tags.matchStrongly("\"a\"")).isTrue();
        assertThat(tags.matchStrongly("\"b\"")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\"a", "\"a\" \"b\"", "w/\"a\"", "\"a\", *", "\"a\"x", "3"})
    void refusesWhatAreNoTags(String header) {
        assertThatThrownBy(() -> EntityTags.parse("If-Match", List.of(header)))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageStartingWith("If-Match: ");
    }

    @Test
    void matchesNothingWhereTheHeaderIsEmpty() {
        assertThat(EntityTags.parse("If-Match", List.of("")).matchWeakly("\"a\"")).isFalse();
    }
}
