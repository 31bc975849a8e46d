package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.List;
import java.util.Set;

/**
 * Reads statements that define, change or drop objects, and maintenance. What it does not know is
 * {@link SqlVerb#OTHER} and opaque, whatever it may be.
 */
final class DefinitionReader {

  /** Fields that hold what the statement is about; everything else is read for what it uses. */
  private static final Set<String> OBJECTS =
      Set.of(
          "relation",
          "sequence",
          "view",
          "into",
          "typevar",
          "table",
          "object",
          "objects",
          "rels",
          "base");

  private static final Set<String> MANY_OBJECTS = Set.of("relations");

  /** They make or change code, or run it later or elsewhere. */
  private static final Set<String> OPAQUE =
      Set.of(
          "CreateFunctionStmt",
          "AlterFunctionStmt",
          "AlterTypeStmt",
          "CreateTrigStmt",
          "CreateEventTrigStmt",
          "RuleStmt",
          "DefineStmt",
          "CreateExtensionStmt",
          "AlterExtensionStmt",
          "CreateSubscriptionStmt",
          "AlterSubscriptionStmt",
          "CreateForeignServerStmt",
          "AlterForeignServerStmt",
          "CreateForeignTableStmt",
          "CreateFdwStmt",
          "DropOwnedStmt",
          "AlterSystemStmt",
          "AlterRoleSetStmt",
          "AlterDatabaseSetStmt");

  private final Reading reading;
  private final QueryReader queries;
  private final ObjectNames names;
  private final GrantReader grants;

  DefinitionReader(Reading reading, QueryReader queries) {
    this.reading = reading;
    this.queries = queries;
    this.names = new ObjectNames(reading);
    this.grants = new GrantReader(reading, names);
  }

  void read(Node statement) {
    String kind = Tree.kind(statement);
    Node body = Tree.body(statement);
    Scope scope = new Scope(null);
    switch (kind) {
      case "CreateTableAsStmt" -> createAs(body);
      case "ViewStmt" -> createView(body);
      case "IndexStmt" -> createIndex(body);
      case "CreateSchemaStmt" -> createSchema(body);
      case "GrantStmt", "GrantRoleStmt" -> grants.read(body);
      case "AlterDefaultPrivilegesStmt" -> grants.readDefaults(body);
      case "AlterTableStmt" -> alterTable(body, scope);
      case "RenameStmt", "AlterObjectSchemaStmt" -> new RenameReader(reading, names).read(body);
      case "CreatePolicyStmt", "AlterPolicyStmt" -> policy(kind, body);
      default -> byVerb(kind, body, scope);
    }
    if (OPAQUE.contains(kind)) {
      reading.accesses.becomeOpaque();
    }
  }

  private void byVerb(String kind, Node body, Scope scope) {
    SqlVerb verb = verb(kind);
    if (verb == SqlVerb.OTHER) {
      reading.accesses.add(verb, "");
      reading.accesses.becomeOpaque();
      queries.expressions().readRest(body, Set.of(), scope);
      return;
    }
    List<String> objects = names.of(kind, body);
    takeName(body.path("relation"));
    takeName(body.path("sequence"));
    takeName(body.path("typevar"));
    takeName(Tree.strings(body.path("domainname")));
    (objects.isEmpty() ? List.of("") : objects)
        .forEach(object -> reading.accesses.add(verb, object));
    objects.forEach(object -> reading.flows.touches(object, object));
    if (cascades(body)) {
      String type = Tree.text(body, "removeType");
      cascade(
          verb, type, type.equals("OBJECT_SCHEMA") ? Tree.strings(body.path("objects")) : objects);
    }
    switch (kind) {
      // They change what statements on the table do.
      case "CreateTrigStmt", "RuleStmt" ->
          objects.forEach(table -> reading.accesses.add(SqlVerb.ALTER, table));
      case "CreateFunctionStmt" -> objects.forEach(function -> replace(body, function));
      case "CreateRoleStmt", "AlterRoleStmt" -> grants.readMembership(body, objects);
      case "CreateRangeStmt" -> rangeType(body.path("params"));
      case "CreatePublicationStmt", "AlterPublicationStmt" -> publish(body);
      case "ReindexStmt" -> {
        if (Tree.text(body, "kind").equals("REINDEX_OBJECT_SCHEMA")) {
          addAll(verb, reading.catalog.relationsOf(Tree.text(body, "name")));
        }
      }
      case "DropOwnedStmt" -> reading.catalog.referring().forEach(reading.flows::frees);
      case "ClusterStmt" -> sort(objects);
      // Whether all values there are meet a new constraint, it tells.
      case "AlterDomainStmt" -> {
        if (!List.of("T", "N", "X").contains(Tree.text(body, "subtype"))) {
          compareAllOf(objects);
        }
      }
      default -> {}
    }
    adopt(body.path("inhRelations"));
    adopt(body.path("base").path("inhRelations"));
    boolean isAboutMany = verb == SqlVerb.TRUNCATE || verb == SqlVerb.LOCK;
    queries.expressions().readRest(body, isAboutMany ? MANY_OBJECTS : OBJECTS, scope);
    queries.expressions().readRest(body.path("base"), OBJECTS, scope);
  }

  /**
   * Rows are read in the order in which they are put, and nobody knows by which columns that is.
   */
  private void sort(List<String> tables) {
    reading.flows.condition(Sources.ofEverything());
    if (tables.isEmpty()) {
      reading.flows.compares("those of all tables");
    }
  }

  private void compareAllOf(List<String> types) {
    types.forEach(type -> reading.flows.compares("those of the type " + type));
  }

  private static boolean cascades(Node body) {
    return Tree.text(body, "behavior").equals("DROP_CASCADE");
  }

  /** What there is of that name it changes. */
  private void replace(Node body, String object) {
    if (body.path("replace").asBoolean() && reading.catalog.mayHave(object)) {
      reading.accesses.add(SqlVerb.ALTER, object);
    }
  }

  /** Functions of a range type are called wherever its values are compared. */
  private void rangeType(Node params) {
    for (Node param : params) {
      String name = Tree.text(param.path("DefElem"), "defname");
      if (name.equals("subtype_diff") || name.equals("canonical")) {
        reading.accesses.becomeOpaque();
      }
    }
  }

  /** Whoever subscribes reads what is published; tables that are named are read as any others. */
  private void publish(Node body) {
    if (body.path("for_all_tables").asBoolean()) {
      reading.accesses.becomeOpaque();
    }
    for (Node object : body.path("pubobjects")) {
      Node published = object.path("PublicationObjSpec");
      if (!published.has("pubtable")) {
        String named = Tree.text(published, "name");
        String schema = named.isEmpty() ? reading.catalog.defaultSchema() : named;
        reading.accesses.add(SqlVerb.SELECT, schema + GrantReader.IN_ALL_OF_SCHEMA);
        addAll(SqlVerb.SELECT, reading.catalog.relationsOf(schema));
      }
    }
  }

  /** What goes with the objects that the statement names, or may mean. */
  private void cascade(SqlVerb verb, String type, List<String> objects) {
    for (String object : objects.stream().flatMap(each -> reading.meant(each).stream()).toList()) {
      switch (type) {
        // TRUNCATE is about tables alone.
        case "" -> addAll(verb, reading.catalog.emptiedWith(object));
        case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE" ->
            dropWith(verb, object);
        case "OBJECT_SCHEMA" -> {
          for (String relation : reading.catalog.relationsOf(object)) {
            reading.accesses.add(verb, relation);
            dropWith(verb, relation);
          }
          // Its types and functions take columns and more along, wherever these are.
          reading.accesses.becomeOpaque();
        }
        // Columns and keys of tables, of which the text names none.
        default -> {
          reading.accesses.becomeOpaque();
          if (!type.equals("OBJECT_SEQUENCE")) {
            reading.catalog.referring().forEach(reading.flows::frees);
          }
        }
      }
    }
  }

  private void dropWith(SqlVerb verb, String relation) {
    Set<String> dropped = reading.catalog.droppedWith(relation);
    addAll(verb, dropped);
    if (reading.catalog.isType(relation) || dropped.stream().anyMatch(reading.catalog::isType)) {
      // Columns and functions of the type of its rows go, wherever these are.
      reading.accesses.becomeOpaque();
    }
    // They stay, without the foreign keys that filled them.
    reading.catalog.emptiedWith(relation).forEach(reading.flows::frees);
  }

  private void addAll(SqlVerb verb, Set<String> objects) {
    objects.forEach(object -> reading.accesses.add(verb, object));
  }

  /**
   * Rows that go into a parent show in its children, and until the transaction ends nobody knows
   * that these are its children.
   */
  private void adopt(Node parents) {
    for (Node parent : parents) {
      String relation = reading.relation(parent.path("RangeVar"));
      reading.accesses.add(SqlVerb.ALTER, relation);
      reading.flows.strips(relation);
    }
  }

  private static SqlVerb verb(String kind) {
    return switch (kind) {
      case "CreateStmt",
          "CreateForeignTableStmt",
          "CreateSeqStmt",
          "CompositeTypeStmt",
          "CreateEnumStmt",
          "CreateRangeStmt",
          "CreateDomainStmt",
          "DefineStmt",
          "CreateFunctionStmt",
          "CreateTrigStmt",
          "CreateEventTrigStmt",
          "RuleStmt",
          "CreateRoleStmt",
          "CreatedbStmt",
          "CreateExtensionStmt",
          "CreateStatsStmt",
          "CreatePublicationStmt",
          "CreateSubscriptionStmt",
          "CreateForeignServerStmt",
          "CreateFdwStmt",
          "CreateTableSpaceStmt" ->
          SqlVerb.CREATE;
      case "AlterSeqStmt",
          "AlterFunctionStmt",
          "AlterTypeStmt",
          "AlterEnumStmt",
          "AlterDomainStmt",
          "AlterRoleStmt",
          "AlterRoleSetStmt",
          "AlterDatabaseStmt",
          "AlterDatabaseSetStmt",
          "AlterSystemStmt",
          "AlterExtensionStmt",
          "AlterOwnerStmt",
          "AlterStatsStmt",
          "AlterPublicationStmt",
          "AlterSubscriptionStmt",
          "AlterForeignServerStmt",
          "CommentStmt",
          "SecLabelStmt" ->
          SqlVerb.ALTER;
      case "DropStmt",
          "DropRoleStmt",
          "DropdbStmt",
          "DropOwnedStmt",
          "DropTableSpaceStmt",
          "DropSubscriptionStmt" ->
          SqlVerb.DROP;
      case "TruncateStmt" -> SqlVerb.TRUNCATE;
      case "LockStmt" -> SqlVerb.LOCK;
      case "VacuumStmt", "ReindexStmt", "ClusterStmt", "CheckPointStmt", "RefreshMatViewStmt" ->
          SqlVerb.MAINTAIN;
      default -> SqlVerb.OTHER;
    };
  }

  private void createAs(Node body) {
    Node query = body.path("query");
    if (query.has("ExecuteStmt")) {
      reading.accesses.add(SqlVerb.EXECUTE, "");
      reading.accesses.becomeOpaque();
      queries.expressions().readCondition(query, new Scope(null));
      reading.flows.write("", "", Sources.ofUnknown());
      queries.writeInto(body.path("into"), Outputs.NONE);
      return;
    }
    queries.writeInto(body.path("into"), queries.read(query, null));
  }

  /** A temporary relation stands before all others of its name. */
  private void takeName(Node rangeVar) {
    if (Tree.text(rangeVar, "relpersistence").equals("t")
        || Tree.text(rangeVar, "schemaname").startsWith("pg_temp")) {
      reading.flows.takes(Tree.text(rangeVar, "relname"));
    }
  }

  private void takeName(List<String> name) {
    if (name.size() > 1 && name.get(name.size() - 2).startsWith("pg_temp")) {
      reading.flows.takes(name.getLast());
    }
  }

  private void createView(Node body) {
    takeName(body.path("view"));
    String view = reading.created(body.path("view"));
    reading.accesses.add(SqlVerb.CREATE, view);
    replace(body, view);
    queries.write(view, Tree.strings(body.path("aliases")), queries.read(body.path("query"), null));
    if (isOverSystem(body.path("query").path("SelectStmt").path("fromClause"))) {
      reading.accesses.becomeOpaque();
    }
  }

  /** What is written to a view of one relation goes there. */
  private boolean isOverSystem(Node fromClause) {
    Node relation = fromClause.path(0).path("RangeVar");
    return fromClause.size() == 1
        && !relation.isMissing()
        && reading.relation(relation).startsWith(Functions.SYSTEM_SCHEMA + ".");
  }

  /** It runs inside the statements of others, whose errors would show what it read. */
  private void policy(String kind, Node body) {
    String table = reading.relation(body.path("table"));
    reading.accesses.add(SqlVerb.ALTER, table);
    if (kind.equals("CreatePolicyStmt")) {
      reading.accesses.add(SqlVerb.CREATE, table);
    }
    reading.flows.touches(table, Tree.text(body.path("table"), "relname"));
    Scope scope = ownScope(body.path("table"), table);
    for (String expression : List.of("qual", "with_check")) {
      Sources sources = queries.expressions().readCondition(body.path(expression), scope);
      reading.flows.write("", "", sources);
    }
    queries.expressions().readRest(body, Set.of("table", "qual", "with_check"), scope);
  }

  private void createIndex(Node body) {
    String table = reading.relation(body.path("relation"));
    String schema = table.substring(0, table.indexOf('.') + 1);
    reading.accesses.add(SqlVerb.ALTER, table);
    if (body.has("idxname")) {
      reading.accesses.add(SqlVerb.CREATE, schema + Tree.text(body, "idxname"));
    }
    reading.flows.touches(table, Tree.text(body.path("relation"), "relname"));
    queries.expressions().readRest(body, OBJECTS, ownScope(body.path("relation"), table));
  }

  private void createSchema(Node body) {
    String given = Tree.text(body, "schemaname");
    // Without a name it has that of its owner.
    String schema = given.isEmpty() ? Tree.text(body.path("authrole"), "rolename") : given;
    reading.accesses.add(SqlVerb.CREATE, ObjectNames.outside(schema));
    reading.makesIn(schema);
    for (Node element : body.path("schemaElts")) {
      read(element);
    }
  }

  private void alterTable(Node body, Scope scope) {
    String table = reading.relation(body.path("relation"));
    reading.accesses.add(SqlVerb.ALTER, table);
    reading.flows.touches(table, Tree.text(body.path("relation"), "relname"));
    // What it attaches or inherits from is changed as well.
    queries.expressions().setStrayVerb(SqlVerb.ALTER);
    for (Node item : body.path("cmds")) {
      alter(item.path("AlterTableCmd"), body, table);
    }
    queries.expressions().setStrayVerb(SqlVerb.SELECT);
    queries.expressions().readRest(body, Set.of("relation", "cmds"), scope);
  }

  private void alter(Node command, Node body, String table) {
    Sources sources =
        queries
            .expressions()
            .readCondition(
                command,
                tableScope(
                    body.path("relation"), table, reading.accesses.access(SqlVerb.ALTER, table)));
    if (Tree.text(body, "objtype").equals("OBJECT_TYPE") && cascades(command)) {
      // It changes every table of that type, and the text does not say which those are.
      reading.accesses.becomeOpaque();
    }
    switch (Tree.text(command, "subtype")) {
      // An expression computes the column's values from those of others.
      case "AT_AlterColumnType", "AT_AddColumn", "AT_SetExpression" -> {
        String column = Tree.text(command, "name");
        convert(command, column, sources);
        reading.flows.write(table, column, sources);
        // A type has checks that values meet or not.
        reading.flows.condition(Sources.of(column));
        if (cascades(command)) {
          compareAllOf(List.of(table));
        }
      }
      case "AT_SetNotNull" -> reading.flows.condition(Sources.of(Tree.text(command, "name")));
      case "AT_ClusterOn" -> sort(List.of(table));
      case "AT_DetachPartition" ->
          reading.flows.strips(
              reading.relation(command.path("def").path("PartitionCmd").path("name")));
      // The rows of either would show under the other, for which no rule may be.
      case "AT_AttachPartition" -> {
        reading.flows.strips(table);
        reading.flows.strips(
            reading.relation(command.path("def").path("PartitionCmd").path("name")));
      }
      case "AT_AddInherit", "AT_DropInherit" -> reading.flows.strips(table);
      case "AT_DropExpression" -> reading.flows.frees(table);
      // A key that goes takes the foreign keys along that refer to it.
      case "AT_DropConstraint", "AT_DropColumn" -> {
        if (cascades(command)) {
          reading.flows.strips(table);
          reading
              .meant(table)
              .forEach(each -> addAll(SqlVerb.DROP, reading.catalog.droppedWith(each)));
        } else {
          reading.flows.frees(table);
        }
      }
      // Of a foreign table they say what it shows.
      case "AT_GenericOptions", "AT_AlterColumnGenericOptions" -> reading.accesses.becomeOpaque();
      default -> {}
    }
  }

  /** Without an expression a column's own values are converted: another part of them may show. */
  private void convert(Node command, String column, Sources sources) {
    Node definition = command.path("def").path("ColumnDef");
    if (Tree.text(command, "subtype").equals("AT_AlterColumnType")) {
      if (!definition.has("raw_default")) {
        sources.addName(column);
      }
      queries
          .expressions()
          .convertsByScript(ExpressionReader.type(definition.path("typeName")), sources);
    }
  }

  /** What a definition names of its own table is no access of the statement. */
  private Scope ownScope(Node rangeVar, String table) {
    return tableScope(rangeVar, table, new Accesses.Access());
  }

  private Scope tableScope(Node rangeVar, String table, Accesses.Access access) {
    Scope scope = new Scope(null);
    scope.add(
        new Range.Relation(Tree.text(rangeVar, "relname"), table, access, reading.columns(table)));
    return scope;
  }
}
