package io.streamgauge.client;

/** What the end of a connection asks of the client; see the table of codes in the protocol. */
enum AfterClose {
    /** To come back at once. */
    AT_ONCE,
    /** To come back after a while. */
    LATER,
    /** To come back with another credential. */
    WITH_ANOTHER_CREDENTIAL,
    /** To stay away. */
    NEVER;

    /** What a connection that just breaks has in the place of a code. */
    static final int BROKEN = 1006;

    /** Codes that nobody knows are taken for accidents. */
    static AfterClose of(int code) {
        return switch (code) {
            case 3012 -> AT_ONCE;
            case 4401 -> WITH_ANOTHER_CREDENTIAL;
            case 1003, 1007, 1009, 4400, 4403, 4409, 4429 -> NEVER;
            // 4408 among them: a network that stalls brings it on as well as a client's fault.
            default -> code < 1000 ? ofStatus(code) : LATER;
        };
    }

    /** The same of an answer that is no WebSocket. */
    private static AfterClose ofStatus(int status) {
        boolean passes = status == 408 || status == 425 || status == 429;
        return status >= 400 && status < 500 && !passes ? NEVER : LATER;
    }
}
