package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the gateway refuses whatever the workbook says, because it would undo the ground that
 * decisions stand on: what names mean, who runs them, and where masked values can go.
 */
final class GatewayRules {

  /**
   * Parameters a session may set. None of them changes what a name or a string literal means, whose
   * rights apply, or what the gateway records.
   */
  private static final Set<String> SAFE_PARAMETERS =
      Set.of(
          "application_name",
          "bytea_output",
          "client_min_messages",
          "cursor_tuple_fraction",
          "datestyle",
          "default_transaction_deferrable",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "enable_hashjoin",
          "enable_mergejoin",
          "enable_nestloop",
          "enable_seqscan",
          "extra_float_digits",
          "geqo",
          "idle_in_transaction_session_timeout",
          "intervalstyle",
          "jit",
          "join_collapse_limit",
          "lock_timeout",
          "random_page_cost",
          "row_security",
          "statement_timeout",
          "synchronize_seqscans",
          "timezone",
          "transaction_deferrable",
          "transaction",
          "session characteristics",
          "transaction_isolation",
          "transaction_read_only",
          "transaction_timeout",
          "work_mem");

  /** What may be RESET, or SET to DEFAULT, and nothing else. */
  private static final Set<String> RESETTABLE =
      Set.of("all", "search_path", "session_authorization");

  /** What pg_dump sets, to the letter: both make a session find less than before. */
  private static final Set<String> NARROWING =
      Set.of(
          "SELECT pg_catalog.set_config('search_path', '', false)",
          "SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings"
              + " WHERE name = 'restrict_nonsystem_relation_kind'");

  /**
   * What Django and pgAdmin begin a session with: a SET of a parameter that is safe, to a value at
   * hand.
   */
  private static final Pattern OPENING =
      Pattern.compile(
          "SELECT (?:pg_catalog\\.)?set_config\\('TimeZone', (?:'[^']*'|\\$1), (?:true|false)\\)"
              + "|SELECT set_config\\('bytea_output','(?:hex|escape)',false\\)"
              + " FROM (?:pg_settings|pg_show_all_settings\\(\\)) WHERE name = 'bytea_output'");

  /** Functions that set parameters or reach other sessions, under any spelling. */
  private static final Set<String> CLOSED_FUNCTIONS =
      Set.of(
          "set_config",
          "pg_notify",
          "pg_terminate_backend",
          "pg_cancel_backend",
          "pg_stat_get_activity",
          "pg_stat_get_backend_activity");

  /**
   * System relations that show secrets of the database itself, or what other sessions do: those of
   * other subjects, for whom the gateway may log in as the same role (PG-P45).
   */
  private static final List<Glob> CLOSED_RELATIONS =
      List.of(
          new Glob("pg_catalog.pg_authid"),
          new Glob("pg_catalog.pg_shadow"),
          new Glob("pg_catalog.pg_user_mapping"),
          new Glob("pg_catalog.pg_user_mappings"),
          new Glob("information_schema.user_mapping_options"),
          new Glob("information_schema._pg_user_mappings"),
          new Glob("pg_catalog.pg_hba_file_rules"),
          new Glob("pg_catalog.pg_file_settings"),
          new Glob("pg_catalog.pg_show_all_file_settings"),
          new Glob("pg_catalog.pg_stat_activity"),
          new Glob("*.pg_stat_statements*"),
          new Glob("*.pg_stat_monitor*"),
          new Glob("*.pg_store_plans*"),
          new Glob("*.pg_qualstats*"));

  /** Where a subscription connects to, and with what password, stands beside what is no secret. */
  private static final String SUBSCRIPTIONS = "pg_catalog.pg_subscription";

  private static final String CONNECTION_OF_SUBSCRIPTION = "subconninfo";

  /** A view of parameters: PostgreSQL makes a SET of an UPDATE of it. */
  private static final String PARAMETERS = "pg_catalog.pg_settings";

  /** System relations in which values of other relations, or statements of other sessions, show. */
  private static final List<Glob> REVEALING_RELATIONS =
      List.of(
          new Glob("pg_catalog.pg_stats*"),
          new Glob("pg_catalog.pg_statistic"),
          new Glob("pg_catalog.pg_statistic_ext_data"),
          new Glob("pg_catalog.pg_prepared_statements"),
          new Glob("pg_catalog.pg_cursors"),
          new Glob("pg_catalog.pg_largeobject"),
          new Glob("pg_toast*.*"));

  /** Where a column was added with a default, its value for the rows before stands here. */
  private static final String ATTRIBUTES = "pg_catalog.pg_attribute";

  private static final String KEPT_VALUE = "attmissingval";

  private static final Set<SqlVerb> CHANGES =
      EnumSet.of(
          SqlVerb.INSERT,
          SqlVerb.UPDATE,
          SqlVerb.DELETE,
          SqlVerb.MERGE,
          SqlVerb.TRUNCATE,
          SqlVerb.COPY_FROM);

  private GatewayRules() {}

  /** The rule that refuses a statement, if any does. */
  static Optional<MatchedRow> refusal(ClassifiedStatement statement, MaskedColumns masked) {
    return ofKind(statement.kind(), masked)
        .or(() -> ofNested(statement))
        .or(() -> ofFunctions(statement))
        .or(() -> ofVerbs(statement))
        .or(() -> ofParameterView(statement))
        .or(() -> ofCode(statement, masked))
        .or(() -> ofCatalog(statement, masked))
        .or(() -> ofClosedRelations(statement))
        .or(() -> ofRevealingRelations(statement, masked))
        .or(() -> ofShadows(statement, masked))
        .or(() -> ofLaundering(statement, masked))
        .or(() -> ofSealed(statement, masked));
  }

  /** The rule that refuses to change the role that a session has at the upstream. */
  static Optional<MatchedRow> ofOwnRole() {
    return refuse(
        "PG-ROLE",
        "ALTER ROLE",
        "the role that the session has in the database belongs to the gateway, with its password"
            + " and its settings",
        "Ask the operator of the database. Access tokens are changed where they come from.");
  }

  private static Optional<MatchedRow> ofKind(Kind kind, MaskedColumns masked) {
    return switch (kind) {
      case Kind.SetParameter(String name, List<String> values) -> ofParameter(name, values);
      case Kind.Copy copy -> ofCopy(copy, masked);
      case Kind.Prepare(String name, ClassifiedStatement inner) ->
          ofReservedName(name).or(() -> refusal(inner, masked));
      case Kind.DeclareCursor(String name, ClassifiedStatement inner, boolean _) ->
          ofReservedName(name).or(() -> refusal(inner, masked));
      case Kind.Explain(ClassifiedStatement inner) -> refusal(inner, masked);
      case Kind.Referring _, Kind.Plain _, Kind.AlterRole _, Kind.Discard _ -> Optional.empty();
      case Kind.Transaction transaction -> ofTransaction(transaction);
    };
  }

  private static Optional<MatchedRow> ofTransaction(Kind.Transaction transaction) {
    return switch (transaction.step()) {
      case TWO_PHASE ->
          refuse(
              "PG-2PC",
              "two-phase commit",
              "a prepared transaction outlives the session that is judged and recorded",
              "Use COMMIT.");
      case BEGIN, END, SAVEPOINT, RELEASE, ROLLBACK_TO -> Optional.empty();
    };
  }

  private static Optional<MatchedRow> ofCopy(Kind.Copy copy, MaskedColumns masked) {
    if (!copy.isStream()) {
      return refuse(
          "PG-COPY",
          "COPY",
          "COPY to or from the server's files and programs does not pass the gateway",
          "Use COPY … TO STDOUT or FROM STDIN.");
    }
    return copy.isFromClient() || masked.contents().isEmpty()
        ? Optional.empty()
        : refuse(
            "PG-COPY",
            "COPY",
            "values are looked at for what may not be shown, and COPY gives none to look at",
            "Read with SELECT.");
  }

  private static Optional<MatchedRow> ofParameter(String name, List<String> values) {
    if (SAFE_PARAMETERS.contains(name)) {
      return Optional.empty();
    }
    if (RESETTABLE.contains(name) && values.isEmpty()) {
      // It goes back to what the gateway said when it logged in; pools and pg_dump send it.
      return Optional.empty();
    }
    if (name.equals("client_encoding") && values.stream().allMatch(GatewayRules::isUtf8)) {
      return values.isEmpty() ? unsafeParameter(name) : Optional.empty();
    }
    if (name.equals("standard_conforming_strings") && values.equals(List.of("on"))) {
      return Optional.empty();
    }
    return unsafeParameter(name);
  }

  private static boolean isUtf8(String encoding) {
    return encoding.equalsIgnoreCase("UTF8") || encoding.equalsIgnoreCase("UTF-8");
  }

  private static Optional<MatchedRow> unsafeParameter(String name) {
    return refuse(
        "PG-SET",
        "SET " + name,
        "the parameter \"" + name + "\" belongs to the gateway",
        "Write schema-qualified names instead of changing search_path; roles and encodings are"
            + " fixed for the session.");
  }

  private static Optional<MatchedRow> ofReservedName(String name) {
    return name.startsWith(SessionNames.RESERVED_PREFIX)
        ? refuse(
            "PG-NAME",
            name,
            "names that begin with " + SessionNames.RESERVED_PREFIX + " belong to the gateway",
            "Choose another name.")
        : Optional.empty();
  }

  private static Optional<MatchedRow> ofFunctions(ClassifiedStatement statement) {
    if (NARROWING.contains(statement.text()) || OPENING.matcher(statement.text()).matches()) {
      return Optional.empty();
    }
    return statement.facts().functions().stream()
        .filter(function -> CLOSED_FUNCTIONS.contains(unqualified(function)))
        .findFirst()
        .flatMap(
            function ->
                refuse(
                    "PG-FUNCTION",
                    "CALL " + function,
                    "the function " + function + " does not pass the gateway",
                    "Use SET for the parameters a session may change; other sessions are out of"
                        + " reach."));
  }

  private static String unqualified(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * The rule that refuses the arguments of an EXECUTE: what they call would be judged by nobody.
   */
  static Optional<MatchedRow> ofArguments(ClassifiedStatement execute) {
    return execute.facts().accesses().stream()
        .filter(access -> access.verb() == SqlVerb.CALL)
        .findFirst()
        .flatMap(
            access ->
                refuse(
                    "PG-EXECUTE",
                    "CALL " + access.object(),
                    "an argument of EXECUTE calls " + access.object(),
                    "Give plain values as arguments, or write the statement out."))
        .or(() -> ofFunctions(execute));
  }

  /** Runs by its name what other statements would then carry on: nobody would see what. */
  private static Optional<MatchedRow> ofNested(ClassifiedStatement statement) {
    boolean isNested =
        !statement.runsByName()
            && statement.facts().accesses().stream()
                .anyMatch(
                    access -> access.verb() == SqlVerb.EXECUTE || access.verb() == SqlVerb.FETCH);
    return isNested
        ? refuse(
            "PG-EXECUTE",
            "EXECUTE",
            "a prepared statement runs only by itself",
            "Write the statement out instead of its name.")
        : Optional.empty();
  }

  private static Optional<MatchedRow> ofCode(ClassifiedStatement statement, MaskedColumns masked) {
    if (masked.isEmpty() || !statement.facts().opaque()) {
      return Optional.empty();
    }
    return statement.facts().accesses().stream()
        .filter(
            access ->
                access.verb() == SqlVerb.DO
                    || access.verb() == SqlVerb.CREATE
                    || access.verb() == SqlVerb.ALTER
                    || access.verb() == SqlVerb.OTHER)
        .findFirst()
        .flatMap(
            access ->
                refuse(
                    "PG-CODE",
                    (access.verb() + " " + access.object()).strip(),
                    "code that the gateway cannot read could carry values of masked columns"
                        + " anywhere",
                    "Write plain statements, or ask somebody for whom nothing is masked."));
  }

  /** A superuser can write code, and names that no mask knows, right into the system catalogs. */
  private static Optional<MatchedRow> ofCatalog(
      ClassifiedStatement statement, MaskedColumns masked) {
    if (masked.isEmpty()) {
      return Optional.empty();
    }
    return statement.facts().accesses().stream()
        .filter(access -> CHANGES.contains(access.verb()))
        .filter(access -> masked.isOverSystem(access.object()))
        .findFirst()
        .flatMap(
            access ->
                refuse(
                    "PG-CODE",
                    access.verb() + " " + access.object(),
                    "what is written to the system catalogs could take masked columns out of"
                        + " their masks' reach",
                    "Use the statements that PostgreSQL has for it."));
  }

  private static Optional<MatchedRow> ofVerbs(ClassifiedStatement statement) {
    return statement.facts().accesses().stream()
        .map(SqlAccess::verb)
        .filter(verb -> verb == SqlVerb.LISTEN || verb == SqlVerb.NOTIFY)
        .findFirst()
        .flatMap(
            verb ->
                refuse(
                    "PG-NOTIFY",
                    verb.name(),
                    "notifications cross sessions and do not pass the gateway",
                    "Poll a table instead."));
  }

  private static Optional<MatchedRow> ofParameterView(ClassifiedStatement statement) {
    boolean isNamed = false;
    boolean isChanged = false;
    for (SqlAccess access : statement.facts().accesses()) {
      isNamed |= access.object().equals(PARAMETERS);
      // A view over it can be updated just so.
      isChanged |=
          access.verb() == SqlVerb.CREATE
              || (access.object().equals(PARAMETERS) && access.verb() != SqlVerb.SELECT);
    }
    return isNamed && isChanged
        ? refuse(
            "PG-SET",
            "UPDATE " + PARAMETERS,
            "the server would make a SET of a change of " + PARAMETERS,
            "Use SET for the parameters a session may change.")
        : Optional.empty();
  }

  private static Optional<MatchedRow> ofClosedRelations(ClassifiedStatement statement) {
    return statement.facts().accesses().stream()
        .filter(GatewayRules::isClosed)
        .map(SqlAccess::object)
        .findFirst()
        .flatMap(
            object ->
                refuse(
                    "PG-CLOSED",
                    "SELECT " + object,
                    object + " shows secrets of the database, or what other sessions do",
                    "Ask the operator of the database."));
  }

  private static boolean isClosed(SqlAccess access) {
    return (access.object().equals(SUBSCRIPTIONS) && access.touches(CONNECTION_OF_SUBSCRIPTION))
        || CLOSED_RELATIONS.stream().anyMatch(closed -> closed.matches(access.object()));
  }

  private static Optional<MatchedRow> ofRevealingRelations(
      ClassifiedStatement statement, MaskedColumns masked) {
    if (masked.isEmpty()) {
      return Optional.empty();
    }
    return statement.facts().accesses().stream()
        .filter(access -> isRevealing(access, masked))
        .map(SqlAccess::object)
        .findFirst()
        .flatMap(
            object ->
                refuse(
                    "PG-REVEALING",
                    "SELECT " + object,
                    object + " can show values of masked columns",
                    "Ask the tables themselves; their masked columns come masked."));
  }

  private static boolean isRevealing(SqlAccess access, MaskedColumns masked) {
    return REVEALING_RELATIONS.stream().anyMatch(closed -> closed.matches(access.object()))
        || (access.object().equals(ATTRIBUTES)
            && access.touches(KEPT_VALUE)
            && masked.isKeptInCatalog());
  }

  private static Optional<MatchedRow> ofShadows(
      ClassifiedStatement statement, MaskedColumns masked) {
    Set<String> names = masked.isEmpty() ? Set.of() : statement.lineage().shadows(masked);
    return names.isEmpty()
        ? Optional.empty()
        : refuse(
            "PG-SHADOW",
            String.join(", ", names),
            "what has that name would stand before a table with masked columns, or a type",
            "Choose another name.");
  }

  private static Optional<MatchedRow> ofLaundering(
      ClassifiedStatement statement, MaskedColumns masked) {
    if (masked.isEmpty()) {
      return Optional.empty();
    }
    Set<String> columns = statement.lineage().launders(masked);
    return columns.isEmpty()
        ? Optional.empty()
        : refuse(
            "PG-MASKED-COPY",
            String.join(", ", columns),
            "the statement would write values of masked columns where they are not masked",
            "Leave the masked columns out of what is written, or ask the resource's owner to run"
                + " it.");
  }

  private static Optional<MatchedRow> ofSealed(
      ClassifiedStatement statement, MaskedColumns masked) {
    Set<String> columns = masked.sealed().map(statement.lineage()::dependsOn).orElseGet(Set::of);
    return columns.isEmpty()
        ? Optional.empty()
        : refuse(
            "PG-SEALED",
            String.join(", ", columns),
            "the statement compares, sorts, groups or computes with sealed columns: "
                + String.join(", ", columns),
            "Filter and sort by other columns; a sealed one may only be listed, and comes masked.");
  }

  private static Optional<MatchedRow> refuse(String rule, String part, String reason, String hint) {
    return Optional.of(MatchedRow.builtIn(rule, part, reason, hint));
  }
}
