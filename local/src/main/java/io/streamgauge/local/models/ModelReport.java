package io.streamgauge.local.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What people read of a model that was trained. */
public final class ModelReport {

    private ModelReport() {}

    /**
     * Lines of text.
     *
     * @param stream its name, as it was asked for
     * @param model as the API shows it
     */
    public static List<String> of(String stream, JsonNode model) {
        JsonNode metrics = model.path("metrics");
        JsonNode data = metrics.path("data");
        List<String> lines = new ArrayList<>();
        lines.add(
                text(
                        "version %d for %s: %d points of %d series, %s",
                        model.path("version").asLong(),
                        stream,
                        model.path("points").asLong(),
                        data.path("series").asLong(),
                        measures(model)));
        lines.add(
                text(
                        "  trained on   %s to %s",
                        model.path("from").asText(), model.path("to").asText()));
        lines.add(
                text(
                        "  left out     %d windows of exclusions, %d said to be anomalies; %d said"
                                + " to be none%s",
                        data.path("excluded").asLong(),
                        data.path("anomalies").asLong(),
                        data.path("usual").asLong(),
                        data.path("complete").asBoolean(true) ? "" : "; not all was read"));
        lines.add(text("  judged on    %d points after these", metrics.path("points").asLong()));
        for (String name : List.of("separation", "found", "alarms")) {
            lines.add(line(name, metrics));
        }
        lines.add("  model        " + model.path("id").asText());
        lines.add(outcome(model));
        return lines;
    }

    private static String line(String name, JsonNode metrics) {
        JsonNode active = metrics.path("active");
        String other =
                active.isMissingNode()
                        ? ""
                        : text(
                                " (version %d, on the same: %.4f)",
                                active.path("version").asLong(), active.path(name).asDouble());
        return text("  %-12s %.4f%s", name, metrics.path(name).asDouble(), other);
    }

    private static String outcome(JsonNode model) {
        if (model.path("state").asText().equals("active")) {
            return model.hasNonNull("objection")
                    ? "active, by force: " + model.path("objection").asText()
                    : "active";
        }
        return "not active: "
                + model.path("objection").asText("another model became active meanwhile");
    }

    private static String measures(JsonNode model) {
        List<String> names = new ArrayList<>();
        model.path("measures").forEach(it -> names.add(it.asText()));
        return String.join(", ", names);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
