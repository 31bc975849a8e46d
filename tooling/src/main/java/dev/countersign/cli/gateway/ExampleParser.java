package dev.countersign.cli.gateway;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.rules.fact.SqlStatement;
import java.util.List;
import java.util.function.Function;

/** The facts of a workbook's examples, which are judged without asking any database. */
public final class ExampleParser implements Function<String, List<SqlStatement>> {

  private static final Catalog CATALOG = Catalog.unknown(List.of("public"));

  private final SqlClassifier classifier;

  public ExampleParser(SqlClassifier classifier) {
    this.classifier = classifier;
  }

  @Override
  public List<SqlStatement> apply(String sql) {
    try {
      return classifier.classify(sql, CATALOG).stream().map(ClassifiedStatement::facts).toList();
    } catch (SqlRefused e) {
      throw new IllegalArgumentException("not to be understood", e);
    }
  }
}
