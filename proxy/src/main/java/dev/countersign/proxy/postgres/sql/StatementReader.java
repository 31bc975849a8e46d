package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads one statement of any kind. */
final class StatementReader {

  /** PostgreSQL's CURSOR_OPT_HOLD. */
  private static final int HOLD = 0x20;

  private final Reading reading;
  private final QueryReader queries;
  private final ExpressionReader expressions;
  private final String text;

  private StatementReader(String text, Catalog catalog) {
    this.text = text;
    this.reading = new Reading(catalog);
    this.queries = new QueryReader(reading);
    this.expressions = queries.expressions();
  }

  /**
   * Reads a statement.
   *
   * @param text its part of the text
   * @param statement the wrapped node
   */
  static ClassifiedStatement read(String text, Node statement, Catalog catalog) {
    return new StatementReader(text, catalog).read(statement);
  }

  private ClassifiedStatement read(Node statement) {
    Node body = Tree.body(statement);
    return switch (Tree.kind(statement)) {
      case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt" -> data(statement);
      case "ExplainStmt" -> explain(body);
      case "PrepareStmt" -> prepare(body);
      case "DeclareCursorStmt" -> declare(body);
      case "ExecuteStmt" ->
          unknown(SqlVerb.EXECUTE, body, new Kind.Execute(Tree.text(body, "name")));
      case "FetchStmt" ->
          unknown(SqlVerb.FETCH, body, new Kind.Fetch(Tree.text(body, "portalname")));
      case "DoStmt" -> unknown(SqlVerb.DO, body, new Kind.Plain());
      case "CallStmt" -> call(body);
      case "DeallocateStmt" -> session(new Kind.Deallocate(optional(body, "name")));
      case "ClosePortalStmt" -> session(new Kind.CloseCursor(optional(body, "portalname")));
      case "DiscardStmt" ->
          session(new Kind.Discard(Tree.text(body, "target").equals("DISCARD_ALL")));
      case "TransactionStmt" -> transaction(body);
      case "ConstraintsSetStmt" -> session(new Kind.Plain());
      case "VariableSetStmt" -> set(body);
      case "VariableShowStmt" -> simple(SqlVerb.SHOW, parameter(body));
      case "CopyStmt" -> copy(body);
      case "UnlistenStmt" -> session(new Kind.Plain());
      case "ListenStmt" -> simple(SqlVerb.LISTEN, Tree.text(body, "conditionname"));
      case "NotifyStmt" -> simple(SqlVerb.NOTIFY, Tree.text(body, "conditionname"));
      default -> definition(statement);
    };
  }

  private ClassifiedStatement transaction(Node body) {
    Kind.Transaction.Step step =
        switch (Tree.text(body, "kind")) {
          case "TRANS_STMT_BEGIN", "TRANS_STMT_START" -> Kind.Transaction.Step.BEGIN;
          case "TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK" -> Kind.Transaction.Step.END;
          case "TRANS_STMT_SAVEPOINT" -> Kind.Transaction.Step.SAVEPOINT;
          case "TRANS_STMT_RELEASE" -> Kind.Transaction.Step.RELEASE;
          case "TRANS_STMT_ROLLBACK_TO" -> Kind.Transaction.Step.ROLLBACK_TO;
          // What outlives the session is refused; so is what PostgreSQL may add one day.
          default -> Kind.Transaction.Step.TWO_PHASE;
        };
    return session(new Kind.Transaction(step, Tree.text(body, "savepoint_name")));
  }

  private ClassifiedStatement data(Node statement) {
    Outputs outputs = queries.read(statement, null);
    if (Tree.kind(statement).equals("SelectStmt") && !reading.accesses.has(SqlVerb.SELECT)) {
      reading.accesses.add(SqlVerb.SELECT, "");
    }
    return classified(new Kind.Plain(), Lineage.of(outputs, reading.flows));
  }

  private ClassifiedStatement classified(Kind kind, Lineage lineage) {
    return new ClassifiedStatement(text, reading.facts(), kind, lineage);
  }

  /** EXPLAIN does what the statement does, for all we know: ANALYZE has many spellings. */
  private ClassifiedStatement explain(Node body) {
    ClassifiedStatement inner = read(body.path("query"));
    Kind kind = new Kind.Explain(inner);
    // A plan shows what PostgreSQL made of constants, and code of a user's may have made it.
    return inner.facts().opaque()
        ? new ClassifiedStatement(
            inner.text(), inner.facts(), kind, inner.lineage().withUnknownResults())
        : carrier(inner, kind);
  }

  private ClassifiedStatement prepare(Node body) {
    expressions.readParameters(body.path("argtypes"));
    ClassifiedStatement inner = read(body.path("query"));
    return carrier(inner, new Kind.Prepare(Tree.text(body, "name"), inner));
  }

  private ClassifiedStatement declare(Node body) {
    ClassifiedStatement inner = read(body.path("query"));
    return carrier(
        inner,
        new Kind.DeclareCursor(
            Tree.text(body, "portalname"), inner, (body.path("options").asInt() & HOLD) != 0));
  }

  private static ClassifiedStatement carrier(ClassifiedStatement inner, Kind kind) {
    return new ClassifiedStatement(
        inner.text(), inner.facts(), kind, inner.lineage().withHarmlessResults());
  }

  /** A statement whose doing is not in its text. */
  private ClassifiedStatement unknown(SqlVerb verb, Node body, Kind kind) {
    reading.accesses.add(verb, "");
    reading.accesses.becomeOpaque();
    expressions.read(body, new Scope(null));
    return classified(kind, Lineage.unknown(reading.flows));
  }

  private ClassifiedStatement call(Node body) {
    Node function = body.path("funccall");
    List<String> name = Tree.strings(function.path("funcname"));
    Functions.Resolved resolved = reading.functions.resolve(name);
    String procedure = resolved.qualifiedName();
    reading.accesses.calls(procedure);
    reading.callsUnknown(procedure);
    resolved.otherNames().forEach(reading::callsUnknown);
    Sources arguments = expressions.read(function, new Scope(null));
    reading.flows.write("", procedure, arguments);
    return classified(new Kind.Plain(), Lineage.unknown(reading.flows));
  }

  /** Changes nothing but what the session itself holds. */
  private ClassifiedStatement session(Kind kind) {
    reading.accesses.add(SqlVerb.TRANSACTION, "");
    return classified(kind, Lineage.harmless(reading.flows));
  }

  private ClassifiedStatement simple(SqlVerb verb, String object) {
    reading.accesses.add(verb, object);
    return classified(new Kind.Plain(), Lineage.harmless(reading.flows));
  }

  private ClassifiedStatement set(Node body) {
    List<String> values = new ArrayList<>();
    for (Node argument : body.path("args")) {
      values.add(value(argument));
    }
    String name = parameter(body);
    reading.accesses.add(SqlVerb.SET, name);
    return classified(new Kind.SetParameter(name, values), Lineage.harmless(reading.flows));
  }

  /** Names of parameters are the same in upper and lower case. */
  private static String parameter(Node body) {
    String name = Tree.text(body, "name").toLowerCase(Locale.ROOT);
    return name.isEmpty() ? "all" : name;
  }

  /** A constant as SET takes it; the tree itself where it is none. */
  private static String value(Node argument) {
    Node constant = argument.path("A_Const");
    for (String field : List.of("sval", "ival", "fval", "boolval")) {
      if (constant.has(field)) {
        Node value = constant.path(field).path(field);
        // Zero and false are left out of the tree.
        String absent = field.equals("ival") ? "0" : field.equals("boolval") ? "false" : "";
        return value.asText(absent);
      }
    }
    return argument.has("DefElem")
        ? Tree.text(argument.path("DefElem"), "defname")
            + "="
            + value(argument.path("DefElem").path("arg"))
        : TreeText.of(argument);
  }

  private ClassifiedStatement copy(Node body) {
    boolean isFrom = body.path("is_from").asBoolean();
    SqlVerb verb = isFrom ? SqlVerb.COPY_FROM : SqlVerb.COPY_TO;
    if (body.has("relation")) {
      copyRelation(body, verb);
      // The privilege that PostgreSQL asks for, too.
      copyRelation(body, isFrom ? SqlVerb.INSERT : SqlVerb.SELECT);
    } else {
      Outputs outputs = queries.read(body.path("query"), null);
      reading.accesses.objects(SqlVerb.SELECT).forEach(read -> reading.accesses.add(verb, read));
      reading.accesses.add(verb, "");
      queries.write("", List.of(), outputs);
    }
    boolean isStream = !body.has("filename") && !body.path("is_program").asBoolean();
    if (!isStream) {
      reading.accesses.becomeOpaque();
    }
    expressions.read(body.path("whereClause"), new Scope(null));
    expressions.read(body.path("options"), new Scope(null));
    return classified(new Kind.Copy(isFrom && isStream, isStream), Lineage.unknown(reading.flows));
  }

  private void copyRelation(Node body, SqlVerb verb) {
    String relation = reading.relation(body.path("relation"));
    Accesses.Access access = reading.accesses.add(verb, relation);
    List<String> columns = Tree.strings(body.path("attlist"));
    columns.forEach(access::addColumn);
    if (columns.isEmpty()) {
      access.addAllColumns();
    }
    reading.flows.touches(relation, Tree.text(body.path("relation"), "relname"));
    if (verb == SqlVerb.COPY_TO) {
      if (columns.isEmpty()) {
        reading.flows.write("", "", Sources.ofEverything());
      }
      columns.forEach(column -> reading.flows.write("", "", Sources.of(column)));
    }
  }

  private ClassifiedStatement definition(Node statement) {
    new DefinitionReader(reading, queries).read(statement);
    Kind kind =
        switch (Tree.kind(statement)) {
          case "AlterRoleStmt", "AlterRoleSetStmt" ->
              new Kind.AlterRole(Tree.text(Tree.body(statement).path("role"), "rolename"));
          default -> new Kind.Plain();
        };
    return classified(kind, Lineage.unknown(reading.flows));
  }

  private static Optional<String> optional(Node body, String field) {
    return body.has(field) ? Optional.of(Tree.text(body, field)) : Optional.empty();
  }
}
