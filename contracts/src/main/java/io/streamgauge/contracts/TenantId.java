package io.streamgauge.contracts;

import java.util.regex.Pattern;

/**
 * Identifies a tenant, in tokens, record headers, keys and SQL alike.
 *
 * @param value 1 to 63 characters: lower-case letters, digits and inner hyphens, a letter first
 */
public record TenantId(String value) implements Comparable<TenantId> {

    private static final Pattern FORM = Pattern.compile("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /**
     * @throws IllegalArgumentException where the value has not the form of a tenant id
     */
    public TenantId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "tenant: %s (expected: 1 to 63 lower-case letters, digits and inner hyphens, a letter first)"
                            .formatted(value));
        }
    }

    /** Whether a text has the form of a tenant id. */
    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
