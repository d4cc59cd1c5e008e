package io.streamgauge.contracts.alert;

import static io.streamgauge.contracts.alert.Documents.alert;
import static io.streamgauge.contracts.alert.Documents.json;
import static io.streamgauge.contracts.alert.Documents.read;
import static io.streamgauge.contracts.alert.Documents.violations;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertSpecReaderTest {

    private static final String RAW = "{'kind':'threshold','measure':'cpu','op':'>','value':90}";

    @Test
    void readsEverythingThatADocumentSays() {
        AlertSpec spec =
                read(
                        json(
                                """
                                {'name':'cpu-high','description':'d','stream':'metrics',
                                 'where':"event.kind == 'm'",'groupBy':['host'],'severity':'critical',
                                 'labels':{'team':'infra'},
                                 'annotations':{'summary':'{{ key.host }} is at {{ value | round:1 }}'},
                                 'for':'10s','keepFiringFor':'1m','version':3,
                                 'condition':{'kind':'threshold','measure':'cpu','aggregate':'mean',
                                  'window':'1m','every':'10s','op':'>','value':90,'recovery':80}}
                                """
                                        .replace("\"event.kind == 'm'\"", "'event.kind == 1'")));

        assertThat(spec)
                .isEqualTo(
                        new AlertSpec(
                                "cpu-high",
                                "d",
                                Optional.of("metrics"),
                                Optional.of("event.kind == 1"),
                                List.of("host"),
                                Severity.CRITICAL,
                                new TreeMap<>(Map.of("team", "infra")),
                                new TreeMap<>(
                                        Map.of(
                                                "summary",
                                                "{{ key.host }} is at {{ value | round:1 }}")),
                                new Condition.Threshold(
                                        new Condition.Subject.Windowed(
                                                new Condition.Window(
                                                        Optional.of("cpu"),
                                                        Statistic.MEAN,
                                                        Duration.ofMinutes(1),
                                                        Duration.ofSeconds(10))),
                                        Comparison.GREATER,
                                        90,
                                        OptionalDouble.of(80)),
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(1)));
    }

    @Test
    void knowsTheDefaults() {
        AlertSpec spec = read(alert(RAW, ""));

        assertThat(spec.severity()).isEqualTo(Severity.WARNING);
        assertThat(spec.groupBy()).isEmpty();
        assertThat(spec.forDuration()).isZero();
        assertThat(spec.keepFiringFor()).isZero();
        assertThat(read(alert("{'kind':'absence','duration':'5m'}", "")).condition())
                .isEqualTo(new Condition.Absence(Duration.ofMinutes(5), Duration.ofHours(24)));
        assertThat(read(alert("{'kind':'absence','duration':'2d'}", "")).condition())
                .isEqualTo(new Condition.Absence(Duration.ofDays(2), Duration.ofDays(2)));
        assertThat(
                        read(alert("{'kind':'sequence','steps':[{'name':'a','where':'true'}]}", ""))
                                .keepFiringFor())
                .isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource({
        "1m, 6s",
        "10s, 1s",
        "7s, 1s",
        "1500ms, 1s500ms",
        "1s, 1s",
        "1h, 6m",
        "13s, 1s300ms",
        "90s, 9s",
        "2s3ms, 2s3ms"
    })
    void looksAtAWindowAboutTenTimes(String window, String every) {
        Condition condition =
                read(alert(
                                "{'kind':'threshold','aggregate':'count','window':'%s','op':'>','value':1}"
                                        .formatted(window),
                                ""))
                        .condition();

        assertThat(AlertSpecWriter.toJson(condition).path("every").asText()).isEqualTo(every);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'kind':'threshold','measure':'cpu','op':'>','value':90,'recovery':95} | #/condition/recovery: 95 (expected: at most the value, 90.0)
                    {'kind':'threshold','measure':'cpu','op':'<','value':90,'recovery':80} | #/condition/recovery: 80 (expected: at least the value, 90.0)
                    {'kind':'threshold','measure':'cpu','op':'==','value':90,'recovery':80} | #/condition/recovery: an equality has no level on its other side
                    {'kind':'threshold','measure':'cpu','op':'=','value':90} | #/condition/op: "=" (expected: one of >, >=, <, <=, ==, !=)
                    {'kind':'threshold','measure':'cpu','op':'>'} | #/condition/value: missing (expected: a number)
                    {'kind':'threshold','op':'>','value':1} | #/condition/measure: missing (expected: a letter or underscore, then letters, digits and underscores, 63 at most)
                    {'kind':'threshold','measure':'cpu','aggregate':'mean','op':'>','value':1} | #/condition/window: missing (expected: a duration such as 500ms, 10s, 1m30s or 1h)
                    {'kind':'threshold','measure':'cpu','window':'1m','op':'>','value':1} | #/condition/aggregate: missing (expected: one of count, sum, mean, min, max, stddev, p50, p90, p95, p99)
                    {'kind':'threshold','measure':'cpu','aggregate':'avg','window':'1m','op':'>','value':1} | #/condition/aggregate: "avg" (expected: one of count, sum, mean, min, max, stddev, p50, p90, p95, p99)
                    {'kind':'threshold','measure':'cpu','aggregate':'mean','window':'1m','every':'7s','op':'>','value':1} | #/condition/every: 7s (expected: a divisor of window, 1m)
                    {'kind':'threshold','measure':'cpu','aggregate':'mean','window':'1m','every':'500ms','op':'>','value':1} | #/condition/every: 500ms (expected: 1s to 31d)
                    {'kind':'threshold','measure':'cpu','aggregate':'mean','window':'10001s','every':'1s','op':'>','value':1} | #/condition/every: 1s (expected: window at most 10000 times as long)
                    {'kind':'threshold','measure':'cpu','op':'>','value':90,'recovry':80} | #/condition/recovry: not a property (did you mean recovery?)
                    {'kind':'threshold','measure':'cpu','op':'>','value':1e200} | #/condition/value: 1.0E200 (expected: -1.0E150 to 1.0E150)
                    {'kind':'change','aggregate':'count','window':'1m','every':'1m','offset':'90s','op':'>','value':1} | #/condition/offset: 1m30s (expected: a multiple of every, 1m)
                    {'kind':'change','aggregate':'count','window':'10s','every':'1s','offset':'30d','op':'>','value':1} | #/condition/every: 1s (expected: window and offset together at most 100000 times as long)
                    {'kind':'change','aggregate':'count','window':'1m','offset':'1h','mode':'relative','op':'>','value':1} | #/condition/mode: "relative" (expected: one of percent, absolute)
                    {'kind':'absence','duration':'5m','forgetAfter':'1m'} | #/condition/forgetAfter: 1m (expected: at least the duration, 5m)
                    {'kind':'absence','duration':'100ms'} | #/condition/duration: 100ms (expected: 1s to 31d)
                    {'kind':'absence','duration':5} | #/condition/duration: 5 (expected: a duration such as 500ms, 10s, 1m30s or 1h)
                    {'kind':'anomaly','score':1.5} | #/condition/score: 1.5 (expected: 0.0 to 1.0)
                    {'kind':'anomaly','score':1,'kinds':['Spike']} | #/condition/kinds/0: "Spike" (expected: a kind of anomaly, such as spike)
                    {'kind':'treshold'} | #/condition/kind: "treshold" (expected: one of absence, anomaly, change, composite, sequence, threshold) (did you mean threshold?)
                    {} | #/condition/kind: missing (expected: one of absence, anomaly, change, composite, sequence, threshold)
                    [] | #/condition: [] (expected: an object with a kind)
                    """)
    void saysWhatIsWrongWithACondition(String condition, String violation) {
        assertThat(violations(alert(condition, ""))).containsExactly(violation);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'severity':'high' | #/severity: "high" (expected: one of info, warning, critical)
                    'groupBy':['a','a'] | #/groupBy/1: "a" stands twice
                    'groupBy':'host' | #/groupBy: "host" (expected: an array of 0 to 16 dimensions)
                    'where':'' | #/where: empty (expected: a string that is not)
                    'for':'8d' | #/for: 8d (expected: 0s to 7d)
                    'labels':{'a b':'c'} | #/labels/a b: not a name (expected: a letter or underscore, then letters, digits and underscores, 63 at most)
                    'labels':{'a':1} | #/labels/a: 1 (expected: a string)
                    'annotations':{'a':'{{ value'} | #/annotations/a: braces without their others (expected: such as {{ value }})
                    'annotations':{'a':'{{ key.host }}'} | #/annotations/a: key.host: groupBy has no host
                    'groupBy':['host'],'annotations':{'a':'{{ key.hst }}'} | #/annotations/a: key.hst: groupBy has no hst (did you mean host?)
                    'annotations':{'a':'{{ labels.team }}'} | #/annotations/a: labels.team: no label team
                    'annotations':{'a':'{{ reference }}'} | #/annotations/a: reference: only a change has a reference
                    'annotations':{'a':'{{ steps.a.b }}'} | #/annotations/a: steps.a.b: only a sequence has steps
                    'anotations':{} | #/anotations: not a property (did you mean annotations?)
                    """)
    void saysWhatIsWrongAroundTheCondition(String more, String violation) {
        assertThat(violations(alert(RAW, more))).containsExactly(violation);
    }

    @Test
    void saysEverythingThatIsWrong() {
        assertThat(
                        violations(
                                json(
                                        "{'name':'X','groupBy':[1],'severity':1,'condition':{'kind':'threshold','op':'~'}}")))
                .extracting(it -> it.substring(0, it.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "#/name",
                        "#/stream",
                        "#/groupBy/0",
                        "#/severity",
                        "#/condition/measure",
                        "#/condition/op",
                        "#/condition/value");
    }

    @Test
    void aCompositeHasMembersAndNoStream() {
        String more = "'condition':{'kind':'composite','all':['a'],'none':['b']}";

        assertThat(read(json("{'name':'x',%s}".formatted(more))).stream()).isEmpty();
        assertThat(violations(json("{'name':'x','stream':'s','where':'true',%s}".formatted(more))))
                .containsExactly(
                        "#/stream: a composite has no stream of its own",
                        "#/where: a composite looks at alerts, not at events");
        assertThat(
                        violations(
                                json(
                                        "{'name':'x','condition':{'kind':'composite','all':{'a':1},'any':['b']}}")))
                .singleElement()
                .asString()
                .startsWith("#/condition/all: ");
        assertThat(violations(json("{'name':'x','condition':{'kind':'composite','none':['a']}}")))
                .containsExactly("#/condition/all: missing (expected: members in all or in any)");
        assertThat(
                        violations(
                                json(
                                        "{'name':'x','condition':{'kind':'composite','all':['a'],'none':['a']}}")))
                .containsExactly("#/condition/none/0: \"a\" is in all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "null", "'x'", "{}"})
    void refusesWhatIsNoAlert(String text) {
        assertThat(violations(json(text))).isNotEmpty();
    }
}
