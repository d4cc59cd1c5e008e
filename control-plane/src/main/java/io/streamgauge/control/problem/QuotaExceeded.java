package io.streamgauge.control.problem;

import java.util.List;
import java.util.Map;

/** The tenant has as much of something as it may have at once. */
public final class QuotaExceeded extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private final String quota;

    /**
     * @param quota what there is too much of, by its name in the API
     * @param limit how much the tenant may have
     * @param used how much it has
     */
    public QuotaExceeded(String quota, long limit, long used) {
        super(
                ErrorCode.QUOTA_EXCEEDED,
                "%s: %d in use (expected: fewer than the tenant's limit of %d)"
                        .formatted(quota, used, limit),
                List.of(),
                Map.of("limit", limit, "used", used));
        this.quota = quota;
    }

    /** What there is too much of. */
    public String quota() {
        return quota;
    }
}
