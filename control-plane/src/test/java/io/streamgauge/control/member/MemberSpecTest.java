package io.streamgauge.control.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.auth.Role;
import io.streamgauge.control.problem.InvalidRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberSpecTest {

    private static final String ISSUER = "https://issuer";

    @Test
    void readsWhoItIsAndWhatTheyMayDo() {
        MemberSpec spec =
                MemberSpec.ofCreation(
                        json(
                                "{'issuer': 'https://other', 'subject': 's', 'name': 'N', 'role':"
                                        + " 'editor'}"),
                        ISSUER);

        assertThat(spec)
                .isEqualTo(
                        new MemberSpec(
                                "https://other", "s", new MemberSpec.Change("N", Role.EDITOR)));
    }

    @Test
    void takesTheUsualIssuerAndNoNameWhereNoneIsGiven() {
        MemberSpec spec =
                MemberSpec.ofCreation(
                        json("{'subject': 's', 'name': '', 'role': 'viewer'}"), ISSUER);

        assertThat(spec)
                .isEqualTo(new MemberSpec(ISSUER, "s", new MemberSpec.Change("", Role.VIEWER)));
    }

    @Test
    void takesAsAChangeWhatWasRead() {
        MemberSpec.Change change =
                MemberSpec.ofChange(
                        json(
                                "{'userId': 'x', 'tenant': 't', 'issuer': 'i', 'subject': 's',"
                                        + " 'name': 'N', 'role': 'admin', 'version': 1,"
                                        + " 'createdAt': 'now'}"));

        assertThat(change).isEqualTo(new MemberSpec.Change("N", Role.ADMIN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{}                                         | #/subject required, #/role required",
                "{'subject': '', 'role': 'operator'}        | #/subject format, #/role format",
                "{'subject': 1, 'role': 2, 'name': {}, 'issuer': []} | #/subject type, #/role type,"
                        + " #/name type, #/issuer type",
                "{'subject': 's', 'role': 'admin', 'roles': 1} | #/roles unknown"
            })
    void reportsEverythingThatIsWrong(String json, String expected) {
        InvalidRequest refused =
                catchThrowableOfType(
                        InvalidRequest.class, () -> MemberSpec.ofCreation(json(json), ISSUER));

        assertThat(refused.violations())
                .extracting(it -> it.pointer() + " " + it.code())
                .containsExactlyInAnyOrder(expected.split(", ", -1));
    }

    private static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
