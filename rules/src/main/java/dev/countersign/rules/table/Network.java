package dev.countersign.rules.table;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.globalOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.alphaIndexedBy;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import dev.countersign.rules.workbook.Condition;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.drools.model.Global;
import org.drools.model.Index.ConstraintType;
import org.drools.model.PatternDSL.PatternDef;
import org.drools.model.Variable;
import org.drools.model.functions.Function1;
import org.drools.model.functions.Predicate1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;

/**
 * Rows as canonical-model rules. Each rule is one chain of tests on one {@link Atom}: key, verb,
 * environment (equalities, which Drools hashes where many rules share them), then set look-ups. A
 * cell is a string that a predicate holds; nothing of it is parsed.
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

  /** What the key does not settle. */
  private PatternDef<Atom> residual(PatternDef<Atom> tests, Row row, Index.Kind filedUnder) {
    PatternDef<Atom> all = tests;
    if (filedUnder != Index.Kind.GROUP) {
      all = oneOf(all, "group", row.groups(), Atom::groups);
    }
    if (filedUnder != Index.Kind.RESOURCE) {
      all = oneOf(all, "resource", row.resources(), Atom::resources);
    }
    if (filedUnder != Index.Kind.OBJECT) {
      all = oneOf(all, "object", row.objects(), Atom::objects);
    }
    Predicate1<Atom> condition =
        switch (row.condition()) {
          case ALWAYS -> null;
          case WITHOUT_WHERE -> atom -> !atom.filtered();
          case OPAQUE -> Atom::opaque;
        };
    return condition == null ? all : all.expr(id("condition", row.condition()), condition);
  }

  private PatternDef<Atom> oneOf(
      PatternDef<Atom> tests,
      String column,
      Set<String> wanted,
      Function1<Atom, Set<String>> present) {
    if (wanted.isEmpty()) {
      return tests;
    }
    String[] values = wanted.stream().sorted().toArray(String[]::new);
    return tests.expr(
        id(column, Arrays.asList(values)), atom -> containsOneOf(present.apply(atom), values));
  }

  private static boolean containsOneOf(Set<String> present, String[] wanted) {
    for (String value : wanted) {
      if (present.contains(value)) {
        return true;
      }
    }
    return false;
  }

  /** An expression id that no other test has. */
  private String id(String column, Object meaning) {
    String id =
        column
            + ": "
            + switch (meaning) {
              case List<?> values ->
                  values.stream().map(String::valueOf).collect(Collectors.joining(","));
              case Condition condition -> condition.name();
              default -> meaning.toString();
            };
    Object before = meanings.putIfAbsent(id, meaning);
    if (before != null && !before.equals(meaning)) {
      throw new IllegalStateException("two tests would share the id " + id);
    }
    return id;
  }
}
