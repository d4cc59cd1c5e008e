package io.streamgauge.contracts.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenantPolicyCodecTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final TenantPolicy POLICY = new TenantPolicy(ACME, 3, true, 5_000, 70, 800, 90);

    /** What other releases read: change it only by adding. */
    private static final String GOLDEN =
            "{\"tenant\":\"acme\",\"version\":3,\"active\":true,\"seriesPerStream\":5000,"
                    + "\"partialMatchesPerKey\":70,\"openInstancesPerAlert\":800,"
                    + "\"evaluationCostPerSecond\":90}";

    @Test
    void writesTheFormThatIsDocumented() {
        assertThat(new String(TenantPolicyCodec.toBytes(POLICY), UTF_8)).isEqualTo(GOLDEN);
    }

    @ParameterizedTest
    @CsvSource({"1, true, 0", "9, false, 100", "9223372036854775807, true, 9223372036854775807"})
    void readsWhatItWrites(long version, boolean active, long seriesPerStream) throws Exception {
        TenantPolicy policy = new TenantPolicy(ACME, version, active, seriesPerStream);

        assertThat(TenantPolicyCodec.fromBytes(TenantPolicyCodec.toBytes(policy)))
                .isEqualTo(policy);
    }

    @Test
    void passesOverMembersOfNewerWriters() throws Exception {
        String newer = GOLDEN.replace("\"active\"", "\"tier\":{\"name\":[\"gold\"]},\"active\"");

        assertThat(TenantPolicyCodec.fromBytes(newer.getBytes(UTF_8))).isEqualTo(POLICY);
    }

    @Test
    void readsWhatWasWrittenBeforeAlertsHadLimits() throws Exception {
        String older =
                "{\"tenant\":\"acme\",\"version\":3,\"active\":true,\"seriesPerStream\":5000}";

        assertThat(TenantPolicyCodec.fromBytes(older.getBytes(UTF_8)))
                .isEqualTo(new TenantPolicy(ACME, 3, true, 5_000, 100, 1_000, 500_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "tenant":"acme"        | "tenant":"ACME"                       | #/tenant
                    "tenant":"acme"        | "tenant":7                            | #/tenant
                    "tenant":"acme",       | ''                                    | #/tenant
                    "version":3            | "version":0                           | #/version
                    "version":3            | "version":"3"                         | #/version
                    "version":3            | "version":3.5                         | #/version
                    "active":true          | "active":"yes"                        | #/active
                    "active":true          | "active":null                         | #/active
                    "seriesPerStream":5000 | "seriesPerStream":-1                  | #/seriesPerStream
                    "seriesPerStream":5000 | "seriesPerStream":9223372036854775808 | #/seriesPerStream
                    ,"seriesPerStream":5000 | ''                                   | #/seriesPerStream
                    "partialMatchesPerKey":70 | "partialMatchesPerKey":0           | #/partialMatchesPerKey
                    "partialMatchesPerKey":70 | "partialMatchesPerKey":null        | #/partialMatchesPerKey
                    "openInstancesPerAlert":800 | "openInstancesPerAlert":"800"    | #/openInstancesPerAlert
                    "openInstancesPerAlert":800 | "openInstancesPerAlert":2147483648 | #/openInstancesPerAlert
                    "evaluationCostPerSecond":90 | "evaluationCostPerSecond":0     | #/evaluationCostPerSecond
                    """)
    void namesTheMemberThatIsWrong(String right, String wrong, String pointer) {
        String json = GOLDEN.replace(right, wrong);

        assertThat(json).isNotEqualTo(GOLDEN);
        assertThat(refusal(json).violations())
                .extracting(Violation::pointer)
                .containsExactly(pointer);
    }

    @Test
    void namesEverythingThatIsWrong() {
        assertThat(refusal("{}").violations())
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "#/tenant", "#/version", "#/active", "#/seriesPerStream");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "null", "not json", "{", "{}{}", "{\"a\":1,\"a\":2}"})
    void refusesWhatIsNotAPolicy(String json) {
        assertThat(refusal(json)).isNotNull();
    }

    @Test
    void readsTheKeyThatItWrites() {
        TenantPolicyCodec.Key key = new TenantPolicyCodec.Key(ACME);

        assertThat(key).hasToString("tenant/acme");
        assertThat(TenantPolicyCodec.Key.parse("tenant/acme")).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tenant",
                "tenant/",
                "tenant/Acme",
                "tenant/acme/x",
                "tenants/acme",
                "stream/acme/00000000-0000-0001-0000-000000000002"
            })
    void readsNoKeyThatIsAboutSomethingElse(String key) {
        assertThat(TenantPolicyCodec.Key.parse(key)).isEmpty();
    }

    @Test
    void aPolicyDoesNotTakeNumbersThatMakeNoSense() {
        assertThatThrownBy(() -> new TenantPolicy(ACME, 0, true, 1))
                .hasMessage("version: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new TenantPolicy(ACME, 1, true, -1))
                .hasMessage("seriesPerStream: -1 (expected: >= 0)");
        assertThatThrownBy(() -> new TenantPolicy(ACME, 1, true, 1, 0, 1))
                .hasMessage("partialMatchesPerKey: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new TenantPolicy(ACME, 1, true, 1, 1, 1, 0))
                .hasMessageContaining("evaluationCostPerSecond: 0");
        assertThatThrownBy(() -> new TenantPolicy(ACME, 1, true, 1, 1, 0))
                .hasMessage("openInstancesPerAlert: 0 (expected: >= 1)");
    }

    private static InvalidInputException refusal(String json) {
        return catchThrowableOfType(
                InvalidInputException.class,
                () -> TenantPolicyCodec.fromBytes(json.getBytes(UTF_8)));
    }
}
