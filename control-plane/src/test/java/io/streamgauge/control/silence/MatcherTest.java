package io.streamgauge.control.silence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.re2j.PatternSyntaxException;
import io.streamgauge.control.silence.Matcher.Operator;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatcherTest {

    @ParameterizedTest
    @CsvSource({
        "=,  infra,    true",
        "=,  other,    false",
        "!=, infra,    false",
        "!=, other,    true",
        "=~, inf.*,    true",
        "=~, inf,      false", // the whole text, as in Alertmanager
        "=~, a|infra,  true",
        "!~, inf.*,    false",
        "!~, inf,      true",
    })
    void comparesALabel(String operator, String value, boolean expected) {
        Matcher matcher = Matcher.of("team", Operator.ofWireName(operator).orElseThrow(), value);

        assertThat(matcher.matches(Map.of("team", "infra"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"=,'',true", "!=,'',false", "=~,.*,true", "=~,.+,false", "!~,.+,true", "=,a,false"})
    void takesALabelThatIsNotThereForTheEmptyText(String operator, String value, boolean expected) {
        Matcher matcher = Matcher.of("team", Operator.ofWireName(operator).orElseThrow(), value);

        assertThat(matcher.matches(Map.of("host", "a"))).isEqualTo(expected);
        assertThat(matcher.matchesNothing()).isEqualTo(expected);
    }

    @Test
    void takesTimeInProportionToTheTextWhateverTheExpression() {
        Matcher matcher = Matcher.of("a", Operator.REGEX, "(a*)*b|(a|aa)+c|(.*)(.*)(.*)d");

        assertThatCode(() -> matcher.matches(Map.of("a", "a".repeat(5_000))))
                .doesNotThrowAnyException();
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> matcher.matches(Map.of("a", "a".repeat(5_000))));
    }

    @Test
    void refusesExpressionsThatWouldTakeTheMemory() {
        assertThatThrownBy(() -> Matcher.of("a", Operator.REGEX, "((((x{100}){100}){100}){100})"))
                .isInstanceOf(PatternSyntaxException.class);
    }
}
