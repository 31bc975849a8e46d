package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.List;
import java.util.Set;

/** Reads ALTER … RENAME and ALTER … SET SCHEMA: what has another name afterwards is made by it. */
final class RenameReader {

  /** What has its name in a table or type only: it stands before nothing else of the name. */
  private static final Set<String> NAMED_IN_ANOTHER =
      Set.of(
          "OBJECT_COLUMN",
          "OBJECT_ATTRIBUTE",
          "OBJECT_TABCONSTRAINT",
          "OBJECT_DOMCONSTRAINT",
          "OBJECT_TRIGGER",
          "OBJECT_RULE",
          "OBJECT_POLICY");

  private final Reading reading;
  private final ObjectNames names;

  RenameReader(Reading reading, ObjectNames names) {
    this.reading = reading;
    this.names = names;
  }

  void read(Node body) {
    String field = body.has("renameType") ? "renameType" : "objectType";
    String type = Tree.text(body, field);
    List<String> objects =
        body.has("relation")
            ? List.of(reading.relation(body.path("relation")))
            : body.has("object")
                ? names.objects(body, field, "object")
                : List.of(ObjectNames.outside(Tree.text(body, "subname")));
    if (type.equals("OBJECT_ATTRIBUTE") && Tree.text(body, "behavior").equals("DROP_CASCADE")) {
      // It renames columns of every table of that type, and the text does not say of which.
      reading.accesses.becomeOpaque();
    }
    if (type.equals("OBJECT_SCHEMA")) {
      schema(Tree.text(body, "subname"), Tree.text(body, "newname"));
    }
    for (String object : objects.isEmpty() ? List.of("") : objects) {
      reading.accesses.add(SqlVerb.ALTER, object);
      reading.flows.strips(object);
      if (!NAMED_IN_ANOTHER.contains(type)) {
        reading
            .meant(object)
            .forEach(each -> reading.accesses.add(SqlVerb.CREATE, after(each, body)));
        if (body.has("newname")) {
          reading.flows.takes(Tree.text(body, "newname"));
        }
      }
      if (body.has("newschema")) {
        reading.comes(Tree.text(body, "newschema"), bare(object));
      }
      if (body.has("relation")) {
        reading.flows.touches(object, Tree.text(body.path("relation"), "relname"));
      }
    }
  }

  /** Everything in it has another name afterwards. */
  private void schema(String before, String after) {
    reading.flows.strips(before);
    for (String relation : reading.catalog.relationsOf(before)) {
      reading.accesses.add(SqlVerb.ALTER, relation);
      reading.accesses.add(SqlVerb.CREATE, after + relation.substring(before.length()));
      reading.comes(after, bare(relation));
    }
  }

  private static String bare(String qualifiedName) {
    return qualifiedName.substring(qualifiedName.indexOf('.') + 1);
  }

  /** The name that an object has afterwards. */
  private static String after(String object, Node body) {
    int dot = object.startsWith("\"") ? -1 : object.indexOf('.');
    if (body.has("newschema")) {
      return Tree.text(body, "newschema") + "." + object.substring(dot + 1);
    }
    String name = Tree.text(body, "newname");
    return dot < 0 ? ObjectNames.outside(name) : object.substring(0, dot + 1) + name;
  }
}
