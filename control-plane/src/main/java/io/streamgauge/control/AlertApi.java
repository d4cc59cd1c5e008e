package io.streamgauge.control;

import io.streamgauge.control.alert.AlertReader;
import io.streamgauge.control.alert.AlertResource;
import io.streamgauge.control.alert.AlertService;
import io.streamgauge.control.alert.AlertVersionResource;
import io.streamgauge.control.alertinstance.ActiveAlertsResource;
import io.streamgauge.control.alertinstance.AlertHistoryResource;
import io.streamgauge.control.alertinstance.InstanceResource;
import io.streamgauge.control.alertinstance.InstanceService;
import io.streamgauge.control.alertinstance.ShadowService;
import io.streamgauge.control.alertlookup.AlertLookup;
import io.streamgauge.control.backtest.BacktestGate;
import io.streamgauge.control.backtest.BacktestResource;
import io.streamgauge.control.backtest.BacktestService;
import io.streamgauge.control.backtest.StoredEvents;
import io.streamgauge.control.backtest.SubjectFinder;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.explain.ExplainResource;
import io.streamgauge.control.explain.QuestionClient;
import io.streamgauge.control.rest.Routes;
import io.streamgauge.control.silence.ActiveSilences;
import io.streamgauge.control.silence.SilenceResource;
import io.streamgauge.control.silence.SilenceService;
import java.time.Clock;
import java.util.UUID;

/** Everything about alerts: what they are, what came of them, silences, and trying them out. */
final class AlertApi {

    private AlertApi() {}

    static void register(Routes routes, Backbone on, KafkaConfig kafka) {
        Database database = on.database();
        Clock clock = on.clock();
        AlertLookup lookup = new AlertLookup(database);
        ActiveSilences silences = new ActiveSilences(database, clock);
        InstanceService instances = new InstanceService(database, on.audit(), clock);
        // Before the alerts themselves, whose ids could be read in the place of these words.
        routes.register(
                        ActiveAlertsResource.PATH,
                        new ActiveAlertsResource(instances, lookup, on.catalog(), silences))
                .register(
                        AlertHistoryResource.PATH,
                        new AlertHistoryResource(
                                instances, new ShadowService(database), lookup, clock))
                .register(
                        ExplainResource.PATH,
                        new ExplainResource(
                                on.parts().opened(QuestionClient.open(kafka)),
                                lookup,
                                UUID::randomUUID,
                                clock))
                .register(
                        BacktestResource.PATH,
                        new BacktestResource(
                                new BacktestService(
                                        new SubjectFinder(lookup, on.catalog()),
                                        new StoredEvents(kafka),
                                        on.parts().opened(new BacktestGate()),
                                        clock)))
                .register(InstanceResource.PATH, new InstanceResource(instances, silences))
                .register(
                        SilenceResource.PATH,
                        new SilenceResource(
                                new SilenceService(database, on.audit(), clock, UUID::randomUUID)));
        AlertReader reader = new AlertReader(database);
        AlertService alerts =
                new AlertService(
                        database, on.streams(), on.outbox(), on.audit(), clock, UUID::randomUUID);
        routes.register(
                AlertResource.PATH,
                new AlertResource(reader, alerts, on.catalog(), clock),
                new AlertVersionResource(reader, alerts));
    }
}
