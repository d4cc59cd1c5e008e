package io.streamgauge.contracts.alert;

import static io.streamgauge.contracts.alert.Documents.alert;
import static io.streamgauge.contracts.alert.Documents.read;
import static io.streamgauge.contracts.alert.Documents.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.expression.Rows;
import io.streamgauge.contracts.stream.StreamSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertCheckerTest {

    private static final String RAW =
            "{'kind':'threshold','measure':'cpu_percent','op':'>','value':90}";

    @Test
    void findsNothingWhereAllFits() {
        assertThat(check(alert(RAW, "'where':'event.up','groupBy':['host','status']"))).isEmpty();
        assertThat(
                        check(
                                sequence(
                                        "'within':'1m'",
                                        "{'name':'a','where':'event.up','times':2}",
                                        "{'name':'g','oneOrMore':true,'until':'steps.b.size() >"
                                                + " 3','steps':[{'name':'b','where':'event.amount >"
                                                + " steps.a[1].amount'}]}",
                                        "{'name':'c','oneOrMore':true,'where':'size(steps.c) < 3 ||"
                                                + " event.up','until':'steps.c.size() > 5'}")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    cpu_percnt | 'groupBy':[]         | #/condition/measure: cpu_percnt: no such field of metrics (expected: a measure of cpu_percent, amount) (did you mean cpu_percent?)
                    host       | 'groupBy':[]         | #/condition/measure: host: has the role dimension (expected: a measure of cpu_percent, amount)
                    amount     | 'groupBy':['host','hst'] | #/groupBy/1: hst: no such field of metrics (expected: a dimension of host, status, up) (did you mean host?)
                    amount     | 'groupBy':['message'] | #/groupBy/0: message: has the role attribute (expected: a dimension of host, status, up)
                    amount     | 'where':'event.amout > 1' | #/where: line 1, column 7: event.amout: no such field (did you mean amount?)
                    amount     | 'where':'steps.a.size() > 1' | #/where: line 1, column 1: steps: there are no earlier steps here
                    """)
    void namesWhatTheStreamDoesNotHave(String measure, String more, String violation) {
        assertThat(check(alert(RAW.replace("cpu_percent", measure), more)))
                .containsExactly(violation);
    }

    @Test
    void stepsSeeTheStepsBeforeThem() {
        assertThat(
                        check(
                                sequence(
                                        "'within':'1m'",
                                        "{'name':'a','where':'steps.b.size() > 0'}",
                                        "{'name':'no','contiguity':'notNext','where':'event.amount"
                                                + " > steps.a[0].amount'}",
                                        "{'name':'b','where':'steps.no.size() > 0 || steps.b.size()"
                                                + " > 0'}")))
                .containsExactly(
                        "#/condition/steps/0/where: line 1, column 1: steps: there are no earlier"
                                + " steps here",
                        "#/condition/steps/2/where: line 1, column 7: steps.no: no such earlier"
                                + " step",
                        "#/condition/steps/2/where: line 1, column 30: steps.b: no such earlier"
                                + " step");
    }

    @Test
    void templatesKnowTheFieldsOfSteps() {
        JsonNode json =
                sequence("", "{'name':'a','where':'event.up'}", "{'name':'b','where':'true'}");
        ((ObjectNode) json)
                .putObject("annotations")
                .put("x", "{{ steps.a.mesage }} {{ steps.b.message }}");

        assertThat(check(json))
                .containsExactly(
                        "#/annotations/x: steps.a.mesage: no field mesage (did you mean message?)");
    }

    @Test
    void waitingForLateEventsKeepsCellsToo() {
        JsonNode json =
                alert(
                        "{'kind':'change','aggregate':'count','window':'10s','every':'1s','offset':'99990s','op':'>','value':1}",
                        "");
        StreamSpec late =
                new StreamSpec(
                        Rows.STREAM.name(),
                        "",
                        Rows.STREAM.fields(),
                        Rows.STREAM.windows(),
                        Duration.ofMinutes(1),
                        Duration.ZERO,
                        true,
                        Rows.STREAM.unknownFields());

        assertThat(check(json)).isEmpty();
        assertThat(AlertChecker.check(read(json), late))
                .extracting(Violation::pointer)
                .containsExactly("#/condition/every");
    }

    private static List<String> check(JsonNode json) {
        return AlertChecker.check(read(json), Rows.STREAM).stream()
                .map(Violation::toString)
                .toList();
    }
}
