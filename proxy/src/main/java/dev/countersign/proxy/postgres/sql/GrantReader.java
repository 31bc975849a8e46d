package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.List;

/** Reads what grants and revokes: GRANT and REVOKE themselves, and what does the same. */
final class GrantReader {

  static final String IN_ALL_OF_SCHEMA = ".*";

  private final Reading reading;
  private final ObjectNames names;

  GrantReader(Reading reading, ObjectNames names) {
    this.reading = reading;
    this.names = names;
  }

  void read(Node body) {
    SqlVerb verb = grantsOrRevokes(body);
    boolean isAboutTables = Tree.text(body, "objtype").equals("OBJECT_TABLE");
    List<String> objects = new ArrayList<>();
    switch (Tree.text(body, "targtype")) {
      case "ACL_TARGET_OBJECT" -> objects.addAll(names.objects(body, "objtype", "objects"));
      case "ACL_TARGET_ALL_IN_SCHEMA" ->
          Tree.strings(body.path("objects"))
              .forEach(
                  schema -> {
                    objects.add(schema + IN_ALL_OF_SCHEMA);
                    if (isAboutTables) {
                      objects.addAll(reading.catalog.relationsOf(schema));
                    }
                  });
      default ->
          body.path("granted_roles")
              .forEach(
                  role ->
                      objects.add(
                          ObjectNames.outside(Tree.text(role.path("AccessPriv"), "priv_name"))));
    }
    (objects.isEmpty() ? List.of("") : objects)
        .forEach(object -> reading.accesses.add(verb, object));
  }

  /** What is made in a schema later is granted as what is there is, with ALL … IN SCHEMA. */
  void readDefaults(Node body) {
    read(body.path("action"));
    SqlVerb verb = grantsOrRevokes(body.path("action"));
    for (Node option : body.path("options")) {
      Node element = option.path("DefElem");
      if (Tree.text(element, "defname").equals("schemas")) {
        Tree.strings(listOf(element))
            .forEach(schema -> reading.accesses.add(verb, schema + IN_ALL_OF_SCHEMA));
      }
    }
  }

  private static SqlVerb grantsOrRevokes(Node grant) {
    return grant.path("is_grant").asBoolean() ? SqlVerb.GRANT : SqlVerb.REVOKE;
  }

  private static Node listOf(Node element) {
    return element.path("arg").path("List").path("items");
  }

  /** CREATE ROLE … IN ROLE, and ALTER GROUP … ADD USER, grant roles as GRANT does. */
  void readMembership(Node body, List<String> roles) {
    SqlVerb verb = body.path("action").asInt() < 0 ? SqlVerb.REVOKE : SqlVerb.GRANT;
    for (Node option : body.path("options")) {
      Node element = option.path("DefElem");
      List<String> granted =
          switch (Tree.text(element, "defname")) {
            case "addroleto" -> ObjectNames.roles(listOf(element));
            case "rolemembers", "adminmembers" -> roles;
            default -> List.of();
          };
      granted.forEach(role -> reading.accesses.add(verb, role));
    }
  }
}
