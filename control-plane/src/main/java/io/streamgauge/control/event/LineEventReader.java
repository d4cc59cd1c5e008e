package io.streamgauge.control.event;

import java.io.IOException;

/** Events as lines (NDJSON): blank lines are left out, any line ending is taken. */
final class LineEventReader implements EventReader {

    private final BodySource source;
    private final EventBuffer event = new EventBuffer();
    private int index = -1;
    private long line;

    LineEventReader(BodySource source) {
        this.source = source;
    }

    @Override
    public boolean next() throws IOException {
        int next = source.read();
        while (next != BodySource.END) {
            event.clear();
            boolean blank = true;
            line = source.line();
            while (next != BodySource.END && next != '\n') {
                blank &= EventBuffer.isBlank(next);
                if (!blank) {
                    event.append(next);
                }
                next = source.read();
            }
            if (!blank) {
                event.trimEnd();
                index++;
                return true;
            }
            next = next == BodySource.END ? next : source.read();
        }
        return false;
    }

    @Override
    public byte[] event() {
        return event.copy();
    }

    @Override
    public long length() {
        return event.length();
    }

    @Override
    public EventPlace place() {
        return EventPlace.ofLine(index, line);
    }

    @Override
    public boolean survivesSyntaxErrors() {
        return true;
    }

    @Override
    public MalformedBodyException malformed(String message) {
        return new MalformedBodyException(place(), message);
    }
}
