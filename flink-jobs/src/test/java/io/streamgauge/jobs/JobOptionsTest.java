package io.streamgauge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.Topics;
import org.junit.jupiter.api.Test;

class JobOptionsTest {

    @Test
    void takesTheUsualTopicsWhereNoPrefixIsGiven() {
        assertThat(JobOptions.ofArgs(new String[] {"--bootstrap-servers", "a:1,b:2"}))
                .isEqualTo(new JobOptions("a:1,b:2", Topics.DEFAULT));
    }

    @Test
    void takesAnotherPrefix() {
        assertThat(
                        JobOptions.ofArgs(
                                new String[] {
                                    "--bootstrap-servers", "a:1", "--topic-prefix", "blue"
                                }))
                .isEqualTo(new JobOptions("a:1", new Topics("blue")));
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> JobOptions.ofArgs(new String[0]))
                .hasMessageContaining("bootstrap-servers");
        assertThatThrownBy(() -> JobOptions.ofArgs(new String[] {"--bootstrap-servers", " "}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bootstrap-servers: empty");
    }
}
