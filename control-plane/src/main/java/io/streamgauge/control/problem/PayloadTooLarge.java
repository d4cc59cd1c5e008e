package io.streamgauge.control.problem;

import java.util.List;
import java.util.Map;

/** The body is larger than is taken here. */
public final class PayloadTooLarge extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public PayloadTooLarge(String message) {
        this(message, Map.of());
    }

    /**
     * @param numbers members of the response, such as how many events had been accepted
     */
    public PayloadTooLarge(String message, Map<String, Long> numbers) {
        super(ErrorCode.PAYLOAD_TOO_LARGE, message, List.of(), numbers);
    }
}
