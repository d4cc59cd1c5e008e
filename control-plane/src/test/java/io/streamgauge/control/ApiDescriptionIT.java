package io.streamgauge.control;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.testing.RunningControlPlane;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Keeps the API and its description equal. */
class ApiDescriptionIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final List<String> METHODS = List.of("get", "post", "put", "delete", "patch");

    @Test
    void describesEveryRouteAndNoOther() {
        SortedSet<String> registered =
                SERVER.controlPlane().routes().stream()
                        .map(route -> route.method().text() + " " + route.pattern())
                        .collect(toCollection(TreeSet::new));
        registered.add("GET /metrics"); // the server's own

        SortedSet<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : description().path("paths").properties()) {
            for (String method : METHODS) {
                if (path.getValue().has(method)) {
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }
            }
        }

        assertThat(described).isEqualTo(registered);
    }

    @Test
    void describesEveryErrorCode() {
        TreeSet<String> described = new TreeSet<>();
        description()
                .at("/components/schemas/ProblemCore/properties/code/enum")
                .forEach(code -> described.add(code.asText()));

        assertThat(described)
                .isEqualTo(
                        Arrays.stream(ErrorCode.values())
                                .map(ErrorCode::wireName)
                                .collect(toCollection(TreeSet::new)));
    }

    @Test
    void refersOnlyToWhatIsThere() {
        JsonNode description = description();

        assertThat(description.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(
                        reference ->
                                assertThat(description.at(reference.substring(1)).isMissingNode())
                                        .as(reference)
                                        .isFalse());
    }

    @Test
    void givesEveryOperationAnIdASummaryAndItsFailures() {
        for (Map.Entry<String, JsonNode> path : description().path("paths").properties()) {
            for (String method : METHODS) {
                JsonNode operation = path.getValue().path(method);
                if (operation.isMissingNode()) {
                    continue;
                }
                assertThat(operation.path("operationId").asText()).as(path.getKey()).isNotEmpty();
                assertThat(operation.path("summary").asText()).as(path.getKey()).isNotEmpty();
                if (path.getKey().startsWith("/api/")) {
                    assertThat(operation.path("responses").has("401")).as(path.getKey()).isTrue();
                    assertThat(operation.path("responses").has("403")).as(path.getKey()).isTrue();
                }
            }
        }
    }

    private static JsonNode description() {
        String yaml = SERVER.anonymous().get("/openapi.yaml").body();
        return Json.mapper()
                .valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
    }
}
