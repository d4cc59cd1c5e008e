package io.streamgauge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.streamgauge.jobs.aggregation.OpenSeries;
import io.streamgauge.jobs.aggregation.SeriesEvent;
import io.streamgauge.jobs.alerting.GroupedEvent;
import io.streamgauge.jobs.alerting.LastStamp;
import io.streamgauge.jobs.alerting.Signal;
import io.streamgauge.jobs.anomaly.SeriesPoint;
import io.streamgauge.jobs.anomaly.SeriesProgress;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.kafka.TimedValue;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTypesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                SourceRecord.class,
                DefinitionUpdate.class,
                SeriesEvent.class,
                OpenSeries.class,
                SeriesPoint.class,
                SeriesProgress.class,
                OutputRecord.class,
                GroupedEvent.class,
                Signal.class,
                LastStamp.class,
                TimedValue.class
            })
    void typesBetweenOperatorsAndInStateDoWithoutKryo(Class<?> type) {
        SerializerConfigImpl config = new SerializerConfigImpl();
        config.setGenericTypes(false);

        TypeInformation<?> information = TypeInformation.of(type);

        assertThat(information).isInstanceOf(PojoTypeInfo.class);
        assertThatCode(() -> information.createSerializer(config)).doesNotThrowAnyException();
    }
}
