package dev.countersign.proxy.postgres.sql;

import java.util.ArrayList;
import java.util.List;

/** The names of the objects a definition is about, qualified as PostgreSQL would find them. */
final class ObjectNames {

  private final Reading reading;

  ObjectNames(Reading reading) {
    this.reading = reading;
  }

  /** What a statement of that kind is about; empty if it names nothing. */
  List<String> of(String kind, Node body) {
    return switch (kind) {
      case "CreateStmt" -> List.of(reading.created(body.path("relation")));
      case "CreateTrigStmt", "RuleStmt", "ClusterStmt", "RefreshMatViewStmt" ->
          relations(body.path("relation"));
      case "ReindexStmt" -> body.has("relation") ? relations(body.path("relation")) : bare(body);
      case "CreateForeignTableStmt" -> List.of(reading.created(body.path("base").path("relation")));
      case "CreateSeqStmt" -> List.of(reading.created(body.path("sequence")));
      case "AlterSeqStmt" -> relations(body.path("sequence"));
      case "CompositeTypeStmt" -> List.of(reading.created(body.path("typevar")));
      case "TruncateStmt", "LockStmt" -> listed(body.path("relations"));
      case "VacuumStmt" -> vacuumed(body.path("rels"));
      case "CreateFunctionStmt" -> made(body.path("funcname"));
      case "CreateDomainStmt" -> made(body.path("domainname"));
      case "CreateEnumStmt", "CreateRangeStmt" -> made(body.path("typeName"));
      case "AlterEnumStmt", "AlterDomainStmt", "AlterTypeStmt" ->
          types(Tree.strings(body.path("typeName")));
      case "DefineStmt", "CreateStatsStmt", "AlterStatsStmt" -> made(body.path("defnames"));
      case "AlterFunctionStmt" -> function(Tree.strings(body.path("func").path("objname")));
      case "CommentStmt", "SecLabelStmt" -> objects(body, "objtype", "object");
      case "AlterOwnerStmt" ->
          body.has("relation")
              ? relations(body.path("relation"))
              : objects(body, "objectType", "object");
      case "DropStmt" -> objects(body, "removeType", "objects");
      case "DropRoleStmt", "DropOwnedStmt" -> roles(body.path("roles"));
      case "AlterRoleStmt", "AlterRoleSetStmt" -> List.of(role(body.path("role")));
      default -> bare(body);
    };
  }

  /** Objects that live in no schema. */
  private static List<String> bare(Node body) {
    for (String field :
        List.of(
            "role",
            "dbname",
            "extname",
            "pubname",
            "subname",
            "servername",
            "fdwname",
            "tablespacename",
            "trigname",
            "name")) {
      if (body.path(field) instanceof Node.Text) {
        return List.of(outside(Tree.text(body, field)));
      }
    }
    return List.of();
  }

  /**
   * The name of something that lives in no schema: in quotes where it reads like that of something
   * that does, such as a role called "public.orders".
   */
  static String outside(String name) {
    return name.indexOf('.') < 0 ? name : '"' + name + '"';
  }

  private List<String> relations(Node rangeVar) {
    return rangeVar.has("relname") ? List.of(reading.relation(rangeVar)) : List.of();
  }

  private List<String> listed(Node rangeVars) {
    List<String> relations = new ArrayList<>();
    for (Node item : rangeVars) {
      relations.addAll(relations(item.path("RangeVar")));
    }
    return relations;
  }

  private List<String> vacuumed(Node items) {
    List<String> relations = new ArrayList<>();
    for (Node item : items) {
      relations.addAll(relations(item.path("VacuumRelation").path("relation")));
    }
    return relations;
  }

  static List<String> roles(Node items) {
    List<String> roles = new ArrayList<>();
    for (Node item : items) {
      roles.add(role(item.path("RoleSpec")));
    }
    return roles;
  }

  private static String role(Node spec) {
    return outside(Tree.text(spec, "rolename"));
  }

  /** Something that is no relation: in its schema, or in the one new objects go to. */
  private List<String> made(Node list) {
    List<String> names = Tree.strings(list);
    if (names.isEmpty()) {
      return List.of();
    }
    String schema =
        names.size() > 1 ? names.get(names.size() - 2) : reading.catalog.defaultSchema();
    return List.of(schema + "." + names.getLast());
  }

  /** One object or a list of objects of a type that the statement names. */
  List<String> objects(Node body, String typeField, String field) {
    String type = Tree.text(body, typeField);
    Node given = body.path(field);
    List<String> names = new ArrayList<>();
    if (given instanceof Node.Items) {
      given.forEach(object -> names.addAll(object(type, object)));
    } else {
      names.addAll(object(type, given));
    }
    return names;
  }

  private List<String> object(String type, Node object) {
    Node body = Tree.body(object);
    return switch (Tree.kind(object)) {
      case "RangeVar" -> relations(body);
      case "String" -> List.of(outside(Tree.text(body, "sval")));
      case "ObjectWithArgs" -> function(Tree.strings(body.path("objname")));
      case "TypeName" -> types(Tree.strings(body.path("names")));
      case "List" -> listed(type, body.path("items"));
      default -> List.of();
    };
  }

  private List<String> function(List<String> name) {
    if (name.isEmpty()) {
      return List.of();
    }
    Functions.Resolved function = reading.functions.resolve(name);
    List<String> names = new ArrayList<>(function.otherNames());
    names.addFirst(function.qualifiedName());
    return names;
  }

  private List<String> types(List<String> name) {
    return name.size() == 1
        ? reading.catalog.typesNamed(name.getFirst())
        : name.isEmpty() ? List.of() : List.of(name.get(name.size() - 2) + "." + name.getLast());
  }

  private List<String> listed(String type, Node items) {
    List<String> names = new ArrayList<>(Tree.strings(items));
    if (type.equals("OBJECT_TYPE") || type.equals("OBJECT_DOMAIN")) {
      return types(names);
    }
    boolean isPartOfTable =
        switch (type) {
          case "OBJECT_COLUMN",
              "OBJECT_TRIGGER",
              "OBJECT_RULE",
              "OBJECT_POLICY",
              "OBJECT_TABCONSTRAINT" ->
              true;
          default -> false;
        };
    if (isPartOfTable && names.size() > 1) {
      names.removeLast();
    }
    return names.isEmpty() ? List.of() : List.of(reading.relation(names));
  }
}
