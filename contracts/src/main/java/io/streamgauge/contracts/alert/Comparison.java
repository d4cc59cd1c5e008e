package io.streamgauge.contracts.alert;

/** How a value is compared with a level. */
public enum Comparison {
    GREATER(">"),
    AT_LEAST(">="),
    LESS("<"),
    AT_MOST("<="),
    EQUAL("=="),
    NOT_EQUAL("!=");

    private final String symbol;

    Comparison(String symbol) {
        this.symbol = symbol;
    }

    /** Name on the wire. */
    public String wireName() {
        return symbol;
    }

    /** Whether the comparison holds; never where the value is NaN. */
    public boolean holds(double value, double level) {
        return switch (this) {
            case GREATER -> value > level;
            case AT_LEAST -> value >= level;
            case LESS -> value < level;
            case AT_MOST -> value <= level;
            case EQUAL -> value == level;
            case NOT_EQUAL -> value < level || value > level;
        };
    }
}
