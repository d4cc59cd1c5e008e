package io.streamgauge.control.member;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.streamgauge.control.auth.Role;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What an administrator says of a member: who it is, and then what can change. */
record MemberSpec(String issuer, String subject, Change change) {

    /** Longer than any that OpenID Connect permits (Core 1.0, 2: 255 characters of a subject). */
    private static final int MAX_ID_CHARACTERS = 255;

    private static final int MAX_NAME_CHARACTERS = 100;

    private static final Set<String> IDENTITY = Set.of("issuer", "subject");
    private static final Set<String> CHANGEABLE = Set.of("name", "role");
    private static final Set<String> SET_BY_SERVER =
            Set.of("userId", "tenant", "version", "createdAt");

    /**
     * @param name empty for none
     */
    record Change(String name, Role role) {}

    /**
     * Reads a new member.
     *
     * @param usualIssuer where none is named
     * @throws InvalidRequest with everything that is wrong
     */
    static MemberSpec ofCreation(JsonNode json, String usualIssuer) {
        JsonProperties properties =
                new JsonProperties(json, union(IDENTITY, CHANGEABLE), SET_BY_SERVER);
        Optional<String> issuer = properties.text("issuer", MAX_ID_CHARACTERS);
        Optional<String> subject = properties.requiredText("subject", MAX_ID_CHARACTERS);
        Change change = change(properties);
        return new MemberSpec(issuer.orElse(usualIssuer), subject.orElseThrow(), change);
    }

    /**
     * Reads a change of a member. Who it is cannot change, and may be in the body, as it was read.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    static Change ofChange(JsonNode json) {
        return change(new JsonProperties(json, CHANGEABLE, union(IDENTITY, SET_BY_SERVER)));
    }

    private static Change change(JsonProperties properties) {
        Optional<String> name =
                properties.get("name").equals(TextNode.valueOf(""))
                        ? Optional.empty()
                        : properties.text("name", MAX_NAME_CHARACTERS);
        Optional<Role> role =
                properties.requiredParsed("role", "one of viewer, editor, admin", Role::ofWireName);
        properties.check();
        return new Change(name.orElse(""), role.orElseThrow());
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }
}
