package dev.countersign.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses RULES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.countersign.rules");

  @Test
  void factsAndVerdictsKnowNobodyAndNoLibrary() {
    classes()
        .that()
        .resideInAnyPackage("..rules.fact..", "..rules.verdict..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", "dev.countersign.rules.fact..", "..rules.verdict..")
        .check(RULES);
    noClasses()
        .that()
        .resideInAPackage("..rules.fact..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..rules.verdict..")
        .check(RULES);
  }

  @Test
  void onlyTheTableAndThePacksKnowDrools() {
    noClasses()
        .that()
        .resideOutsideOfPackages("..rules.table..", "..rules.pack..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.drools..", "org.kie..")
        .check(RULES);
  }

  @Test
  void onlyTheWorkbookKnowsSpreadsheets() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..rules.workbook..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.poi..", "org.openxmlformats..", "org.apache.commons..")
        .check(RULES);
  }

  @Test
  void decidingKnowsNothingOfAnalysis() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..rules.analysis..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..rules.analysis..")
        .check(RULES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.countersign.rules.(*)..").should().beFreeOfCycles().check(RULES);
  }
}
