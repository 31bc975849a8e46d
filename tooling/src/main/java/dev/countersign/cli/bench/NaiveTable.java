package dev.countersign.cli.bench;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.globalOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.drools.model.Global;
import org.drools.model.PatternDSL.PatternDef;
import org.drools.model.Variable;
import org.drools.model.functions.Predicate1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

/**
 * The table as one would write it first, to compare with: each row is a rule that tests every
 * column of a request itself, its patterns too, in a session that stays. For one thread.
 */
final class NaiveTable {

  private static final String PACKAGE = "naive";
  private static final String MATCHED = "matched";

  /** The fact: one access of a statement. */
  record Request(SqlAccess access, Set<String> groups, Resource resource) {}

  @SuppressWarnings("rawtypes") // a global's type is a class
  private static final Global<List> COLLECTOR = globalOf(List.class, PACKAGE, MATCHED);

  private final KieSession session;
  private final List<Integer> matched = new ArrayList<>();

  NaiveTable(Workbook workbook) {
    ModelImpl model = new ModelImpl(PACKAGE);
    model.addGlobal(COLLECTOR);
    for (SqlRow row : workbook.sql()) {
      add(model, row);
    }
    session = KieBaseBuilder.createKieBaseFromModel(model).newKieSession();
    session.setGlobal(MATCHED, matched);
  }

  @SuppressWarnings("unchecked") // the collector holds row numbers
  private static void add(ModelImpl model, SqlRow row) {
    Variable<Request> request = declarationOf(Request.class);
    Glob resources = new Glob(row.scope().resource());
    Glob objects = new Glob(row.object());
    String environment = row.scope().environment();
    boolean anyGroup = row.scope().groups().contains("*");
    boolean anyAction = row.actions().contains("*");
    boolean bare = row.condition() == Condition.WITHOUT_WHERE;
    PatternDef<Request> tests = pattern(request);
    tests =
        test(
            tests,
            row,
            "environment",
            one -> environment.equals("*") || one.resource().environment().equals(environment));
    tests =
        test(
            tests,
            row,
            "action",
            one -> anyAction || row.actions().contains(one.access().verb().name()));
    tests =
        test(
            tests,
            row,
            "groups",
            one -> anyGroup || !Collections.disjoint(row.scope().groups(), one.groups()));
    tests = test(tests, row, "resource", one -> resources.matches(one.resource().name()));
    tests = test(tests, row, "object", one -> objects.matches(one.access().object()));
    tests = test(tests, row, "condition", one -> !bare || !one.access().filtered());
    int number = row.number();
    model.addRule(
        rule(PACKAGE, row.id())
            .build(tests, on(COLLECTOR).execute(collector -> collector.add(number))));
  }

  private static PatternDef<Request> test(
      PatternDef<Request> tests, SqlRow row, String column, Predicate1<Request> predicate) {
    return tests.expr(column + row.number(), predicate);
  }

  /** How many rows match. */
  int match(Set<String> groups, Resource resource, SqlStatement statement) {
    matched.clear();
    List<FactHandle> handles = new ArrayList<>();
    for (SqlAccess access : statement.accesses()) {
      handles.add(session.insert(new Request(access, groups, resource)));
    }
    session.fireAllRules();
    handles.forEach(session::delete);
    return matched.size();
  }
}
