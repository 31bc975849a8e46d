package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.countersign.proxy.postgres.catalog.Catalog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is known of PostgreSQL's own functions, and which function a call means. */
final class Functions {

  static final String SYSTEM_SCHEMA = "pg_catalog";

  /** Reviewed list: no side effects, and no data but what the arguments hold. */
  private static final Set<String> PURE = load("pure-functions.txt");

  /** What the views of information_schema compute with; drivers ask with the first, too. */
  private static final Set<String> INFORMATION =
      Set.of(
          "_pg_expandarray",
          "_pg_keysequal",
          "_pg_truetypid",
          "_pg_truetypmod",
          "_pg_char_max_length",
          "_pg_char_octet_length",
          "_pg_numeric_precision",
          "_pg_numeric_precision_radix",
          "_pg_numeric_scale",
          "_pg_datetime_precision",
          "_pg_interval_type");

  private static final String INFORMATION_SCHEMA = "information_schema";

  /** They do something, but what they return tells nothing of the data. */
  private static final Set<String> BLIND =
      Set.of(
          "nextval",
          "setval",
          // What random() answers next tells what it was given.
          "setseed",
          "pg_sleep",
          "pg_sleep_for",
          "pg_sleep_until",
          "pg_notify",
          "pg_cancel_backend",
          "pg_terminate_backend",
          "pg_advisory_lock",
          "pg_advisory_lock_shared",
          "pg_advisory_unlock",
          "pg_advisory_unlock_all",
          "pg_advisory_unlock_shared",
          "pg_advisory_xact_lock",
          "pg_advisory_xact_lock_shared",
          "pg_try_advisory_lock",
          "pg_try_advisory_lock_shared",
          "pg_try_advisory_xact_lock",
          "pg_try_advisory_xact_lock_shared",
          "pg_current_xact_id",
          "txid_current");

  /** It returns what it is given, and more than that happens. */
  private static final String SETTING = "set_config";

  /** They reach data by a text, so that nothing is known of what they return. */
  private static final Set<String> REACHING =
      Set.of(
          "ts_stat",
          "ts_rewrite",
          "query_to_xml",
          "query_to_xmlschema",
          "query_to_xml_and_xmlschema",
          "cursor_to_xml",
          "cursor_to_xmlschema",
          "table_to_xml",
          "table_to_xmlschema",
          "table_to_xml_and_xmlschema",
          "schema_to_xml",
          "schema_to_xmlschema",
          "schema_to_xml_and_xmlschema",
          "database_to_xml",
          "database_to_xmlschema",
          "database_to_xml_and_xmlschema");

  private static final List<String> SYSTEM_PREFIXES = List.of("pg_", "lo_", "txid_", "has_");

  /**
   * A function as a call means it.
   *
   * @param schema where it is found
   * @param users whether it is known to be a user's
   * @param others further schemas of which a user's function may be meant: its arguments say which
   */
  record Resolved(String schema, String name, boolean users, List<String> others) {

    Resolved {
      others = List.copyOf(others);
    }

    Resolved(String schema, String name, boolean users) {
      this(schema, name, users, List.of());
    }

    String qualifiedName() {
      return schema + "." + name;
    }

    /** The qualified names of those that may be meant besides. */
    List<String> otherNames() {
      return others.stream().map(other -> other + "." + name).toList();
    }

    private boolean isBuiltIn() {
      return !users && schema.equals(SYSTEM_SCHEMA);
    }

    boolean isPure() {
      return (isBuiltIn() && PURE.contains(name))
          || (!users && schema.equals(INFORMATION_SCHEMA) && INFORMATION.contains(name));
    }

    /** Whether its result can hold nothing but its arguments. */
    boolean isBlind() {
      return isPure() || (isBuiltIn() && BLIND.contains(name));
    }

    /** A user's function hides it only from some calls: this one may mean the built-in one. */
    boolean mayBeImpureBuiltIn() {
      return !schema.equals(SYSTEM_SCHEMA) && isImpureBuiltIn(name);
    }

    /** What it reads, and how it compares that, is said in a text. */
    boolean isReaching() {
      return REACHING.contains(name);
    }

    /** It counts rows; values do not show. */
    boolean isCount() {
      return isBuiltIn() && name.equals("count");
    }
  }

  private final Catalog catalog;

  Functions(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Finds a function or operator. PostgreSQL takes the best match of all schemas in the path, so a
   * user's function of that name hides a built-in one (PG-S08).
   */
  Resolved resolve(List<String> name) {
    String bare = name.getLast();
    if (name.size() > 1) {
      String schema = name.get(name.size() - 2);
      return new Resolved(schema, bare, catalog.hasUserFunction(schema, bare));
    }
    return ofUsers(bare).orElseGet(() -> new Resolved(builtInSchema(bare), bare, false));
  }

  /** The user's function or operator of that name that may be meant. */
  Optional<Resolved> ofUsers(String bare) {
    List<String> schemas = catalog.schemasOfUserFunction(bare);
    return schemas.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Resolved(schemas.getFirst(), bare, true, schemas.subList(1, schemas.size())));
  }

  /**
   * What an attribute of that name may call, if it is no column: of PostgreSQL's own functions,
   * only one that does more than compute.
   */
  Optional<Resolved> ofAttribute(String name) {
    Resolved builtIn = new Resolved(SYSTEM_SCHEMA, name, false);
    boolean isCall =
        !builtIn.isPure()
            && (catalog.isKnown() ? catalog.isAttribute(name) : isImpureBuiltIn(name));
    return ofUsers(name).or(() -> isCall ? Optional.of(builtIn) : Optional.empty());
  }

  private String builtInSchema(String name) {
    boolean isBuiltIn = catalog.isKnown() || PURE.contains(name) || isImpureBuiltIn(name);
    return isBuiltIn ? SYSTEM_SCHEMA : catalog.defaultSchema();
  }

  private static boolean isImpureBuiltIn(String name) {
    return !PURE.contains(name)
        && (BLIND.contains(name)
            || REACHING.contains(name)
            || name.equals(SETTING)
            || SYSTEM_PREFIXES.stream().anyMatch(name::startsWith));
  }

  /** The user's operator of that name that may hide PostgreSQL's own. */
  Optional<Resolved> userOperator(List<String> name) {
    return name.size() == 1
        ? ofUsers(name.getFirst())
        : Optional.of(resolve(name))
            .filter(operator -> operator.users() || !operator.schema().equals(SYSTEM_SCHEMA));
  }

  /** The code of a user's that a cast to that type may run. */
  Optional<Resolved> userCast(List<String> type) {
    String bare = type.getLast();
    if (type.size() == 1) {
      return ofUsers(bare)
          .or(
              () ->
                  catalog.mayConvertTo(Optional.empty(), bare)
                      ? Optional.of(new Resolved(builtInSchema(bare), bare, true))
                      : Optional.empty());
    }
    String schema = type.get(type.size() - 2);
    boolean isOfUsers =
        !schema.equals(SYSTEM_SCHEMA)
            && (!catalog.isKnown() || catalog.hasUserFunction(schema, bare));
    return isOfUsers || catalog.mayConvertTo(Optional.of(schema), bare)
        ? Optional.of(new Resolved(schema, bare, true))
        : Optional.empty();
  }

  /** The same if it may be written in SQL or a procedural language: that can do anything. */
  Optional<Resolved> scriptedCast(List<String> type) {
    Optional<String> schema =
        type.size() == 1 ? Optional.empty() : Optional.of(type.get(type.size() - 2));
    return userCast(type).filter(cast -> catalog.mayConvertTo(schema, cast.name()));
  }

  private static Set<String> load(String resource) {
    try (InputStream in = Functions.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return new BufferedReader(new InputStreamReader(in, UTF_8))
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .collect(toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }
}
