package io.streamgauge.contracts.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.expression.Rows;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationTemplateTest {

    private static final AnnotationTemplate.Context CONTEXT =
            new AnnotationTemplate.Context(
                    "cpu-high",
                    Severity.CRITICAL,
                    1_767_607_800_500L,
                    Map.of("team", "infra"),
                    Map.of("host", "a"),
                    OptionalDouble.of(91.256),
                    OptionalDouble.empty(),
                    Map.of("first", List.of(Rows.row("'amount':7,'message':'m'"), Rows.row(""))));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    CPU of {{ key.host }} is {{ value }} % ; CPU of a is 91.256 %
                    {{value|round:1}}                      ; 91.3
                    {{ value | round }}                    ; 91
                    {{ value | percent }}                  ; 9125.6 %
                    {{ value | percent:0 }}                ; 9126 %
                    {{ reference | round:1 }}              ; —
                    {{ key.device }} {{ labels.x }}        ; — —
                    {{ labels.team }} {{ name }}           ; infra cpu-high
                    {{ severity }} since {{ startedAt }}   ; critical since 2026-01-05T10:10:00.500Z
                    {{ steps.first.amount }} {{ steps.first.message }} {{ steps.first.host }}; 7 m a
                    {{ steps.first.cpu_percent }} {{ steps.second.amount }} ; — —
                    {{ steps.first.amount | round:2 }}     ; 7.00
                    { no } placeholder                     ; { no } placeholder
                    """)
    void putsValuesInPlaceholders(String text, String rendered) throws Exception {
        assertThat(AnnotationTemplate.parse(text).render(CONTEXT)).isEqualTo(rendered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ }}",
                "{{",
                "}}",
                "{{ vale }}",
                "{{ key }}",
                "{{ key.a.b }}",
                "{{ steps.a }}",
                "{{ value | rnd:1 }}",
                "{{ value | round:x }}",
                "{{ value | round:10 }}",
                "{{ value | round:1 | round:2 }}",
                "{{ labels.a-b }}",
                "{{ {{ value }} }}",
                "{{ value.x }}"
            })
    void refusesWhatItCannotRender(String text) {
        assertThat(
                        catchThrowableOfType(
                                        InvalidInputException.class,
                                        () -> AnnotationTemplate.parse(text))
                                .violations())
                .isNotEmpty();
    }

    @Test
    void hintsAtWhatWasMeant() {
        assertThat(
                        catchThrowableOfType(
                                InvalidInputException.class,
                                () -> AnnotationTemplate.parse("{{ vale }}")))
                .hasMessageContaining("\"vale\": no such placeholder")
                .hasMessageContaining("(did you mean value?)");
    }

    @Test
    void cutsWhatIsTooLong() throws Exception {
        AnnotationTemplate.Context long20 =
                new AnnotationTemplate.Context(
                        "n",
                        Severity.INFO,
                        Long.MAX_VALUE,
                        Map.of(),
                        Map.of("host", "😀".repeat(2_000)),
                        OptionalDouble.of(Double.NaN),
                        OptionalDouble.of(1e300),
                        Map.of());

        assertThat(AnnotationTemplate.parse("x{{ key.host }}").render(long20))
                .hasSizeLessThanOrEqualTo(AnnotationTemplate.MAX_RENDERED_CHARACTERS)
                .endsWith("😀…");
        assertThat(AnnotationTemplate.parse("{{ startedAt }}{{ value }}").render(long20))
                .endsWith("—");
        assertThat(AnnotationTemplate.parse("{{ reference | round:9 }}").render(long20))
                .hasSizeLessThan(400);
    }

    @Property
    void noTextDoesMoreThanBeRefused(
            @ForAll @StringLength(max = 40) @Chars({'{', '}', ' ', 'v', '|', '.', ':', '1', 'k'})
                    String text) {
        try {
            assertThat(AnnotationTemplate.parse(text).render(CONTEXT)).isNotNull();
        } catch (InvalidInputException e) {
            assertThat(e.violations()).isNotEmpty();
        }
    }
}
