package io.streamgauge.control.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.event.EventDecoder;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Events as a JSON array, or one event as a JSON object.
 *
 * <p>Finds where an element ends by counting brackets outside of strings; whether it is JSON at all
 * is for the decoder to say, which reads it next. In the same pass an event becomes one line: white
 * space between tokens goes. It stays, as one blank, where it separates what would else grow
 * together, so that what was not JSON does not become JSON.
 */
final class JsonEventReader implements EventReader {

    private enum State {
        START,
        IN_ARRAY,
        AFTER_OBJECT,
        END
    }

    private final BodySource source;
    private final EventBuffer event = new EventBuffer();
    private final Places places = new Places();
    private State state = State.START;
    private int index = -1;

    /** What was read last: behind an element, the first byte that is not blank. */
    private int present;

    JsonEventReader(BodySource source) {
        this.source = source;
    }

    @Override
    public boolean next() throws IOException, MalformedBodyException {
        return switch (state) {
            case START -> first();
            case IN_ARRAY -> following();
            case AFTER_OBJECT ->
                    end(
                            "text after the object (expected: one object; one a line are"
                                    + " application/x-ndjson)");
            case END -> false;
        };
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
        return EventPlace.ofIndex(index);
    }

    @Override
    public boolean survivesSyntaxErrors() {
        return false;
    }

    @Override
    public MalformedBodyException malformed(String message) {
        state = State.END;
        return new MalformedBodyException(places.place(syntaxErrorOffset()), message);
    }

    private boolean first() throws IOException, MalformedBodyException {
        skipBlanks(source.read());
        switch (present) {
            case '[' -> {
                state = State.IN_ARRAY;
                skipBlanks(source.read());
                return present == ']' ? end("text after the array (expected: nothing)") : element();
            }
            case '{' -> {
                state = State.AFTER_OBJECT;
                return element();
            }
            case BodySource.END ->
                    throw here("empty body (expected: an array of objects, or one object)");
            default -> throw here("expected: an array of objects, or one object");
        }
    }

    private boolean following() throws IOException, MalformedBodyException {
        switch (present) {
            case ']' -> {
                return end("text after the array (expected: nothing)");
            }
            case ',' -> {
                skipBlanks(source.read());
                return element();
            }
            case BodySource.END ->
                    throw here("the body ends within the array (expected: ',' or ']')");
            default -> throw here("expected: ',' or ']' after an event");
        }
    }

    private boolean end(String otherwise) throws IOException, MalformedBodyException {
        skipBlanks(state == State.AFTER_OBJECT ? present : source.read());
        if (present != BodySource.END) {
            throw here(otherwise);
        }
        state = State.END;
        return false;
    }

    /** Reads the element that begins with the present byte, and on to what follows it. */
    private boolean element() throws IOException, MalformedBodyException {
        if (present == BodySource.END || present == ',' || present == ']' || present == '}') {
            throw here("expected: an event");
        }
        event.clear();
        places.begin();
        switch (present) {
            case '{', '[' -> structure();
            case '"' -> {
                string();
                present = source.read();
            }
            default -> scalar();
        }
        skipBlanks(present);
        index++;
        return true;
    }

    private void structure() throws IOException, MalformedBodyException {
        int depth = 0;
        int previous = 0;
        boolean blankBefore = false;
        do {
            if (EventBuffer.isBlank(present)) {
                blankBefore = true;
                present = source.read();
                continue;
            }
            if (blankBefore) {
                if (!isStructural(previous) && !isStructural(present)) {
                    event.append(' ');
                }
                places.skipped();
                blankBefore = false;
            }
            previous = present;
            switch (present) {
                case BodySource.END -> throw here("the body ends within an event");
                case '"' -> string();
                case '{', '[' -> {
                    depth++;
                    event.append(present);
                }
                case '}', ']' -> {
                    depth--;
                    event.append(present);
                }
                default -> event.append(present);
            }
            present = source.read();
        } while (depth > 0);
    }

    /** From the opening to the closing quote, which is then the present byte. */
    private void string() throws IOException, MalformedBodyException {
        event.append(present);
        boolean escaped = false;
        do {
            escaped = !escaped && present == '\\';
            present = source.read();
            if (present == BodySource.END) {
                throw here("the body ends within a string");
            }
            event.append(present);
        } while (escaped || present != '"');
    }

    private void scalar() throws IOException {
        while (present != BodySource.END
                && present != ','
                && present != ']'
                && present != '}'
                && !EventBuffer.isBlank(present)) {
            event.append(present);
            present = source.read();
        }
    }

    private void skipBlanks(int first) throws IOException {
        present = first;
        while (EventBuffer.isBlank(present)) {
            present = source.read();
        }
    }

    private MalformedBodyException here(String message) {
        state = State.END;
        return new MalformedBodyException(
                new EventPlace(
                        index + 1,
                        OptionalLong.of(source.line()),
                        OptionalLong.of(source.column())),
                message);
    }

    /** Parses the present event once more to learn where it stops to be JSON. */
    private int syntaxErrorOffset() {
        byte[] json = event();
        try (JsonParser parser = Json.factory().createParser(json)) {
            parser.nextToken();
            parser.skipChildren();
            parser.nextToken();
            return Math.clamp(parser.currentTokenLocation().getByteOffset(), 0, json.length);
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
            return Math.clamp(offset, 0, json.length);
        } catch (IOException notUtf8) {
            return 0; // Jackson does not say where
        }
    }

    private static boolean isStructural(int next) {
        return switch (next) {
            case '{', '}', '[', ']', ',', ':' -> true;
            default -> false;
        };
    }

    /**
     * Where in the body the bytes of the present event stood. Notes one place for each gap, since
     * between gaps the columns count on.
     */
    private final class Places {

        private int[] offsets = new int[8];
        private long[] lines = new long[8];
        private long[] columns = new long[8];
        private int size;

        /** The present byte is the event's first. */
        void begin() {
            size = 0;
            note(0);
        }

        /** The present byte is the next to be kept, and stands further on in the body. */
        void skipped() {
            if (event.length() < EventDecoder.MAX_EVENT_BYTES) {
                note((int) event.length());
            }
        }

        EventPlace place(int offset) {
            int nearest = 0;
            while (nearest + 1 < size && offsets[nearest + 1] <= offset) {
                nearest++;
            }
            long column = columns[nearest];
            for (int i = offsets[nearest]; i < offset && i < event.length(); i++) {
                if ((event.at(i) & 0xC0) != 0x80) {
                    column++;
                }
            }
            return new EventPlace(index, OptionalLong.of(lines[nearest]), OptionalLong.of(column));
        }

        private void note(int offset) {
            if (size == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * size);
                lines = Arrays.copyOf(lines, 2 * size);
                columns = Arrays.copyOf(columns, 2 * size);
            }
            offsets[size] = offset;
            lines[size] = source.line();
            columns[size] = source.column();
            size++;
        }
    }
}
