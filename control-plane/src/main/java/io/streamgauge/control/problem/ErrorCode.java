package io.streamgauge.control.problem;

/**
 * What went wrong, for programs. The wire name is part of the API and never changes; {@code
 * docs/reference/errors.md} explains each.
 */
public enum ErrorCode {
    INVALID_REQUEST("invalid-request", "The request is not valid"),
    INVALID_CURSOR("invalid-cursor", "The cursor is not valid here"),
    MALFORMED_REQUEST("malformed-request", "The request cannot be read"),
    UNAUTHENTICATED("unauthenticated", "Authentication is needed"),
    INSUFFICIENT_SCOPE("insufficient-scope", "The token does not allow this"),
    FORBIDDEN("forbidden", "This is not allowed"),
    TENANT_REQUIRED("tenant-required", "Tenant ID required"),
    TENANT_FORBIDDEN("tenant-forbidden", "The tenant is another one's"),
    OPERATOR_REQUIRED("operator-required", "Only operators of the platform may do this"),
    TENANT_INACTIVE("tenant-inactive", "The tenant is not active"),
    NOT_FOUND("not-found", "Not found"),
    METHOD_NOT_ALLOWED("method-not-allowed", "The method is not allowed here"),
    NOT_ACCEPTABLE("not-acceptable", "The response cannot have the form asked for"),
    NAME_TAKEN("name-taken", "The name is taken"),
    ALREADY_EXISTS("already-exists", "It exists already"),
    INCOMPATIBLE_CHANGE("incompatible-change", "The change would make existing data unreadable"),
    IMMUTABLE("immutable", "A property cannot change"),
    IN_USE("in-use", "Something else depends on it"),
    NO_LONGER_VALID("no-longer-valid", "What was valid once is not any more"),
    BEING_DELETED("being-deleted", "It is being deleted"),
    PAUSED("paused", "The alert is paused"),
    NO_SHADOW("no-shadow", "The alert has no shadow version"),
    WORSE_MODEL("worse-model", "The model is not fit to replace what there is"),
    NO_MODEL("no-model", "There is no such model at present"),
    LIMIT_REACHED("limit-reached", "A limit is reached"),
    STALE("stale", "The resource has changed"),
    PRECONDITION_REQUIRED("precondition-required", "A precondition is needed"),
    PAYLOAD_TOO_LARGE("payload-too-large", "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "The media type or encoding is not supported"),
    ALL_EVENTS_REJECTED("all-events-rejected", "No event of the batch was accepted"),
    QUOTA_EXCEEDED("quota-exceeded", "A quota is exhausted"),
    RATE_LIMITED("rate-limited", "Too much in too short a time"),
    BAD_GATEWAY("bad-gateway", "The service behind the gateway failed"),
    UNAVAILABLE("unavailable", "Unavailable for the moment"),
    GATEWAY_TIMEOUT("gateway-timeout", "The service behind the gateway did not answer in time"),
    INTERNAL("internal", "Internal error");

    private final String wireName;
    private final String title;

    ErrorCode(String wireName, String title) {
        this.wireName = wireName;
        this.title = title;
    }

    /** Name in responses. */
    public String wireName() {
        return wireName;
    }

    /** A short summary for people, the same for every occurrence. */
    public String title() {
        return title;
    }
}
