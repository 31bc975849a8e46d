package dev.countersign.rules.table;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.globalOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.alphaIndexedBy;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drools.model.Global;
import org.drools.model.Index.ConstraintType;
import org.drools.model.PatternDSL.PatternDef;
import org.drools.model.Variable;
import org.drools.model.functions.Function1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;

/**
 * Rows as canonical-model rules. Each rule is one chain of tests on one {@link Atom}: key, verb,
 * environment (equalities, which Drools hashes where many rules share them), then the {@linkplain
 * Residual rest}. A cell is a string that a predicate holds; nothing of it is parsed.
 */
final class Network {

  static final String PACKAGE = "table";
  static final String HITS = "hits";

  /** What stands behind the row's index in the name of a rule. */
  private static final char NAME_END = ' ';

  private static final Global<Hits> COLLECTOR = globalOf(Hits.class, PACKAGE, HITS);

  /** Which field an equality tests; Drools hashes siblings of the same number. */
  private static final int KEY = 0;

  private static final int VERB = 1;
  private static final int ENVIRONMENT = 2;

  private final ModelImpl model = new ModelImpl(PACKAGE);

  /**
   * What each expression id means. Drools takes two tests of the same id for the same test,
   * whatever they do, and one of them would silently never be made.
   */
  private final Map<String, Object> meanings = new HashMap<>();

  private Network() {}

  /** The row that a rule stands for. */
  static int row(String ruleName) {
    return Integer.parseInt(ruleName.substring(0, ruleName.indexOf(NAME_END)));
  }

  static KieBase build(List<Row> rows, Index index) {
    Network network = new Network();
    network.model.addGlobal(COLLECTOR);
    for (Row row : rows) {
      network.add(row, index.filing(row.index()));
    }
    return KieBaseBuilder.createKieBaseFromModel(network.model);
  }

  private void add(Row row, Index.Filing filing) {
    List<String> verbs =
        row.verbs().isEmpty()
            ? Collections.singletonList(null)
            : row.verbs().stream().map(Enum::name).toList();
    for (String key : filing.keys()) {
      for (String verb : verbs) {
        Variable<Atom> atom = declarationOf(Atom.class);
        PatternDef<Atom> tests = pattern(atom);
        tests = equality(tests, KEY, Atom::key, key);
        if (verb != null) {
          tests = equality(tests, VERB, Atom::verb, verb);
        }
        if (!row.environment().isEmpty()) {
          tests = equality(tests, ENVIRONMENT, Atom::environment, row.environment());
        }
        tests = residual(tests, row, filing.kind());
        int number = row.index();
        model.addRule(
            rule(PACKAGE, "" + number + NAME_END + key + " " + verb)
                .build(
                    tests,
                    on(atom, COLLECTOR)
                        .execute((found, hits) -> hits.add(found.access(), number))));
      }
    }
  }

  private PatternDef<Atom> equality(
      PatternDef<Atom> tests, int field, Function1<Atom, String> of, String value) {
    return tests.expr(
        id("equals " + field, value),
        atom -> of.apply(atom).equals(value),
        alphaIndexedBy(String.class, ConstraintType.EQUAL, field, of, value));
  }

  /**
   * What the key does not settle, as one test: rows seldom share a part of it, and each node on the
   * way to a row costs more than the look-ups in it.
   */
  private PatternDef<Atom> residual(PatternDef<Atom> tests, Row row, Index.Kind filedUnder) {
    Residual residual = Residual.of(row, filedUnder);
    return residual.isTrue() ? tests : tests.expr(id("residual", residual), residual);
  }

  /** An expression id that no other test has. */
  private String id(String test, Object meaning) {
    String id = test + ": " + meaning;
    Object before = meanings.putIfAbsent(id, meaning);
    if (before != null && !before.equals(meaning)) {
      throw new IllegalStateException("two tests would share the id " + id);
    }
    return id;
  }
}
