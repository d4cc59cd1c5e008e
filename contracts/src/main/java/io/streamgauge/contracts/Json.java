package io.streamgauge.contracts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Streamgauge's way of reading and writing JSON: strict, and bounded against hostile input. */
public final class Json {

    /** Deeper nesting than any message needs. */
    private static final int MAX_NESTING = 32;

    private static final int MAX_STRING_CHARACTERS = 64 * 1024;

    /**
     * Longer than a double needs; decimals of thousands of digits are an attack on the parser. (A
     * double's exact decimal expansion can have 767 digits.)
     */
    private static final int MAX_NUMBER_CHARACTERS = 800;

    /** Longer than any name of ours; every name is kept for a while, in case it comes again. */
    private static final int MAX_NAME_CHARACTERS = 1024;

    /** What JSON can be at most, for messages. */
    public static final String LIMITS =
            "at most %d levels, texts of %d, numbers of %d and names of %d characters"
                    .formatted(
                            MAX_NESTING,
                            MAX_STRING_CHARACTERS,
                            MAX_NUMBER_CHARACTERS,
                            MAX_NAME_CHARACTERS);

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxStringLength(MAX_STRING_CHARACTERS)
                                    .maxNumberLength(MAX_NUMBER_CHARACTERS)
                                    .maxNameLength(MAX_NAME_CHARACTERS)
                                    .build())
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    // Names come from anyone: they must not stay in the JVM's table of strings.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    // Source locations would repeat payloads in error messages and logs.
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            FACTORY.rebuild()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /** For streaming reads and writes on hot paths. Does not detect duplicate names by itself. */
    public static JsonFactory factory() {
        return FACTORY;
    }

    /** For trees. Refuses duplicate names and trailing tokens. Must not be reconfigured. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }
}
