package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a grant is for. It only ever narrows: the policy judges whatever is left.
 *
 * @param readOnly whether nothing may be changed
 * @param tables globs of {@code schema.name}; every relation must match one; empty for any
 * @param namespaces globs of namespaces of a cluster; empty for any
 * @param refs globs of full ref names; empty for any
 * @param statement the one text that may run, once; for any if empty
 */
public record GrantScope(
    boolean readOnly,
    List<String> tables,
    List<String> namespaces,
    List<String> refs,
    Optional<String> statement) {

  /** Whatever the policy lets through. */
  public static final GrantScope ALL =
      new GrantScope(false, List.of(), List.of(), List.of(), Optional.empty());

  private static final int MOST_NAMES = 50;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_STATEMENT = 64 * 1024;

  /**
   * @throws IllegalArgumentException with what is wrong, for whoever asked
   */
  public GrantScope {
    tables = names("tables", tables);
    namespaces = names("namespaces", namespaces);
    refs = names("refs", refs);
    requireNonNull(statement, "statement");
    if (statement.filter(text -> text.isBlank() || text.length() > LONGEST_STATEMENT).isPresent()) {
      throw new IllegalArgumentException("statement has 1 to " + LONGEST_STATEMENT + " characters");
    }
  }

  private static List<String> names(String what, List<String> names) {
    if (names.size() > MOST_NAMES) {
      throw new IllegalArgumentException(what + " has at most " + MOST_NAMES + " names");
    }
    for (String name : names) {
      if (name.isBlank() || name.length() > LONGEST_NAME) {
        throw new IllegalArgumentException(
            "a name in " + what + " has 1 to " + LONGEST_NAME + " characters");
      }
    }
    return List.copyOf(names);
  }

  /** Why a command is outside, in words for its subject; empty if it is inside. */
  public Optional<String> objection(CommandFacts facts) {
    return switch (facts) {
      case CommandFacts.Sql sql -> objection(sql);
      case CommandFacts.Git git ->
          git.updates().stream().flatMap(update -> objection(update).stream()).findFirst();
      case CommandFacts.Kubernetes(KubeRequest request) -> objection(request);
    };
  }

  /**
   * Why a text is not the one that may run; empty if it is, or if any may. White space around it
   * and a semicolon at its end are no part of it.
   */
  public Optional<String> objection(String text) {
    return statement.filter(only -> !bare(only).equals(bare(text))).isPresent()
        ? Optional.of("the grant is for one other command")
        : Optional.empty();
  }

  private static String bare(String text) {
    String stripped = text.strip();
    return stripped.endsWith(";") ? stripped.substring(0, stripped.length() - 1).strip() : stripped;
  }

  private Optional<String> objection(CommandFacts.Sql sql) {
    if (readOnly && sql.opaque()) {
      return Optional.of("the grant is for reading, and what this does its text does not tell");
    }
    return sql.accesses().stream().flatMap(access -> objection(access).stream()).findFirst();
  }

  private Optional<String> objection(SqlAccess access) {
    if (readOnly && access.verb().changesState()) {
      return Optional.of("the grant is for reading, not for " + access.verb());
    }
    return switch (access.verb()) {
      // Their objects are no relations, and none has a value of one.
      case SET, SHOW, TRANSACTION -> Optional.empty();
      // Without an object it computes: SELECT 1.
      case SELECT ->
          access.object().isEmpty()
              ? Optional.empty()
              : outside("table", tables, access.object(), access.verb().name());
      case INSERT,
          UPDATE,
          DELETE,
          MERGE,
          TRUNCATE,
          CREATE,
          ALTER,
          DROP,
          GRANT,
          REVOKE,
          COPY_TO,
          COPY_FROM,
          LOCK,
          CALL,
          DO,
          EXECUTE,
          FETCH,
          LISTEN,
          NOTIFY,
          MAINTAIN,
          OTHER ->
          outside("table", tables, access.object(), access.verb().name());
    };
  }

  private Optional<String> objection(RefUpdate update) {
    if (readOnly && !update.change().isReading()) {
      return Optional.of("the grant is for reading, not for pushing");
    }
    return update.change().isReading()
        ? Optional.empty()
        : outside("ref", refs, update.ref(), "push");
  }

  private Optional<String> objection(KubeRequest request) {
    if (isDiscovery(request)) {
      return Optional.empty();
    }
    if (readOnly && request.verb().changesState()) {
      return Optional.of("the grant is for reading, not for " + request.verb());
    }
    return outside("namespace", namespaces, request.target().namespace(), "it");
  }

  /**
   * Whether a request only asks the server what it is and which kinds it has: kubectl asks that
   * before whatever else it does. It is about a path, in no namespace; the policy judges it.
   */
  public static boolean isDiscovery(KubeRequest request) {
    return request.verb() == KubeRequest.Verb.GET && request.target().object().startsWith("/");
  }

  /** What names nothing is inside only where anything is. */
  private static Optional<String> outside(
      String what, List<String> allowed, String name, String verb) {
    if (allowed.isEmpty()
        || (!name.isEmpty()
            && allowed.stream().anyMatch(pattern -> new Glob(pattern).matches(name)))) {
      return Optional.empty();
    }
    return Optional.of(
        name.isEmpty()
            ? "the grant is for the " + what + "s " + allowed + " and " + verb + " names none"
            : "the grant is for the " + what + "s " + allowed + ", not for " + name);
  }

  /** In words: {@code read only; tables public.orders}. */
  public String inWords() {
    List<String> parts = new ArrayList<>();
    if (readOnly) {
      parts.add("read only");
    }
    add(parts, "tables", tables);
    add(parts, "namespaces", namespaces);
    add(parts, "refs", refs);
    statement.ifPresent(text -> parts.add("once: " + text));
    return parts.isEmpty() ? "all the policy allows" : String.join("; ", parts);
  }

  private static void add(List<String> parts, String what, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(what + " " + String.join(", ", names));
    }
  }
}
