package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One way of a relayed connection: passes on what one end sends, and can end it with a close frame
 * of its own, which it puts between two frames and never into one. Whoever passes on waits as long
 * as the receiving end takes; that is what slows down the sending one.
 *
 * <p>One thread passes on; any may close.
 */
final class FrameSink {

    /** Writes to the receiving end. */
    interface Output {
        void write(byte[] bytes, int length) throws IOException;
    }

    /** A close frame holds 125 bytes, two of them for the code. */
    private static final int MAX_REASON_BYTES = 123;

    private static final long LOCK_MILLIS = 500;

    private static final int FIN_AND_CLOSE = 0x88;
    private static final int MASKED = 0x80;

    private final Output output;
    private final boolean toServer;
    private final FrameTracker tracker;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean ended; // guarded by lock, as the tracker, the output and the next
    private boolean atBoundary = true; // in what was passed on, not in what has come

    /**
     * @param toServer whether the frames are a client's, which are masked
     */
    FrameSink(Output output, boolean toServer) {
        this.output = output;
        this.toServer = toServer;
        tracker = new FrameTracker(toServer);
    }

    /**
     * Passes on some bytes, unless this way has ended; they are followed even so.
     *
     * @return false where the sending end has sent its close, after which it sends nothing
     * @throws FrameTracker.MalformedException where they are not frames
     * @throws IOException where the receiving end is gone; once
     */
    boolean pass(byte[] bytes, int length) throws FrameTracker.MalformedException, IOException {
        lock.lock();
        try {
            int frames = tracker.follow(bytes, length);
            if (!ended) {
                ended = true;
                atBoundary = false;
                output.write(bytes, frames);
                atBoundary = tracker.isAtBoundary();
                ended = tracker.hasClosed();
            }
            return !tracker.hasClosed();
        } finally {
            lock.unlock();
        }
    }

    /** Ends this way, with a close frame where one can be sent. The first call counts. */
    void close(int code, String reason) {
        if (end()) {
            sendClose(code, reason);
        }
    }

    /**
     * Lets nothing more pass.
     *
     * @return whether this call has ended it, and whoever made it should send the close
     */
    boolean end() {
        if (!lockSoon()) {
            return false;
        }
        try {
            boolean first = !ended;
            ended = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Sends the last frame, unless it would go into another. May wait for the receiving end. */
    void sendClose(int code, String reason) {
        lock.lock();
        try {
            if (atBoundary) {
                byte[] frame = closeFrame(code, reason);
                output.write(frame, frame.length);
            }
        } catch (IOException | RuntimeException gone) {
            // There is nobody to be told.
        } finally {
            lock.unlock();
        }
    }

    /** Who holds it for longer waits for an end that does not read. */
    private boolean lockSoon() {
        try {
            return lock.tryLock(LOCK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private byte[] closeFrame(int code, String reason) {
        byte[] text = cut(reason).getBytes(UTF_8);
        int header = toServer ? 6 : 2; // the mask is zero, which leaves the payload as it is
        byte[] frame = new byte[header + 2 + text.length];
        frame[0] = (byte) FIN_AND_CLOSE;
        frame[1] = (byte) ((toServer ? MASKED : 0) | (2 + text.length));
        frame[header] = (byte) (code >>> 8);
        frame[header + 1] = (byte) code;
        System.arraycopy(text, 0, frame, header + 2, text.length);
        return frame;
    }

    private static String cut(String text) {
        String cut = text;
        while (cut.getBytes(UTF_8).length > MAX_REASON_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }
}
