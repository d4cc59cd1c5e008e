package io.streamgauge.control.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.common.uri.UriQuery;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.QueryParameters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyParameterTest {

    @Test
    void readsPairsAndJsonAlike() {
        List<String> groupBy = List.of("host", "core");

        assertThat(read("key=host%3Da%3Db&key=core%3D1", groupBy))
                .isEqualTo("{\"core\":\"1\",\"host\":\"a=b\"}");
        assertThat(read("key=%7B%22host%22:%22a%3Db%22,%22core%22:1%7D", groupBy))
                .isEqualTo("{\"core\":\"1\",\"host\":\"a=b\"}");
        assertThat(read("", List.of())).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key=host%3Da",
                "key=host%3Da&key=core%3D1&key=other%3D2",
                "key=host%3Da&key=host%3Db&key=core%3D1",
                "key=host&key=core%3D1",
                "key=%7B",
                "key=%7B%22host%22:%7B%7D,%22core%22:1%7D"
            })
    void saysWhatIsMissing(String query) {
        assertThatThrownBy(() -> read(query, List.of("host", "core")))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("?key");
    }

    private static String read(String query, List<String> groupBy) {
        QueryParameters parameters = new QueryParameters(UriQuery.create(query), "key");
        String key = KeyParameter.read(parameters, groupBy);
        parameters.check();
        return key;
    }
}
