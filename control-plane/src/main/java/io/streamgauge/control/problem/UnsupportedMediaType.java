package io.streamgauge.control.problem;

/** The body has a media type or an encoding that is not taken here. */
public final class UnsupportedMediaType extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public UnsupportedMediaType(String message) {
        super(ErrorCode.UNSUPPORTED_MEDIA_TYPE, message);
    }
}
