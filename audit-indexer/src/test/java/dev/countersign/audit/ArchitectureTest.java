package dev.countersign.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.countersign.audit");

  @Test
  void theJournalKnowsNobodyWhoReadsIt() {
    noClasses()
        .that()
        .resideInAPackage("..audit.journal..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..audit.index..", "..audit.replay..", "co.elastic..", "org.elasticsearch..")
        .check(CLASSES);
  }

  @Test
  void eventsKnowOnlyFactsVerdictsAndJackson() {
    classes()
        .that()
        .resideInAPackage("..audit.event..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.countersign.audit.event..",
            "dev.countersign.rules.fact..",
            "dev.countersign.rules.verdict..",
            "com.fasterxml.jackson..",
            "org.jspecify..",
            "java..")
        .check(CLASSES);
  }

  @Test
  void aReplayNeedsNoElasticsearch() {
    noClasses()
        .that()
        .resideInAPackage("..audit.replay..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..audit.index..", "co.elastic..", "org.elasticsearch..")
        .check(CLASSES);
  }

  @Test
  void theVerifierIsMadeOfTheFormatAndTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("..audit.verify..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.countersign.audit.verify..", "org.jspecify..", "java..", "javax..")
        .check(CLASSES);
  }
}
