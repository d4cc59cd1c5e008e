package io.streamgauge.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.streamgauge.jobs",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule jobsKnowNoHttpNoSqlAndNoControlPlane =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.helidon..",
                            "java.sql..",
                            "javax.sql..",
                            "org.jdbi..",
                            "io.streamgauge.control..",
                            "io.streamgauge.local..");

    @ArchTest
    static final ArchRule endsAndDefinitionsKnowNoJob =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.streamgauge.jobs.kafka..",
                            "io.streamgauge.jobs.control..",
                            "io.streamgauge.jobs.routing..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.streamgauge.jobs.aggregation..", "io.streamgauge.jobs.alerting..");

    @ArchTest
    static final ArchRule jobsDoNotKnowEachOther =
            noClasses()
                    .that()
                    .resideInAPackage("io.streamgauge.jobs.alerting..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.streamgauge.jobs.aggregation..");
}
