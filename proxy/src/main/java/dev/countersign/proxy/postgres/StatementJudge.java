package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Judges the statements of one session: the gateway's own rules first, then the policy.
 *
 * @param subject who asks
 * @param resource on what
 * @param policy by which policy
 * @param own the gateway's own rules over what that policy masks here
 * @param outside why a text is outside what the subject was let in for
 */
record StatementJudge(
    Subject subject,
    Resource resource,
    PolicyVersion policy,
    OwnRules own,
    Function<String, Optional<String>> outside) {

  /**
   * A statement and what was decided about it.
   *
   * @param source the statement whose results reach the client: that of the prepared statement or
   *     cursor, if the statement runs one
   */
  record Judged(ClassifiedStatement statement, ClassifiedStatement source, Decision decision) {

    /** Whether it asks the client for rows. */
    boolean copiesIn() {
      return statement.kind() instanceof Kind.Copy copy && copy.isFromClient();
    }
  }

  /**
   * The statements of one text, judged as a whole.
   *
   * @param decision the strictest of all, with the reasons of all
   */
  record Judgement(Decision decision, List<Judged> statements) {
    Judgement {
      requireNonNull(decision, "decision");
      statements = List.copyOf(statements);
    }

    /** What really runs. */
    List<ClassifiedStatement> sources() {
      return statements.stream().map(Judged::source).toList();
    }

    /** The text with what its names stand for, for whoever must decide on it. */
    String shown(String text) {
      StringBuilder shown = new StringBuilder(text);
      for (Judged judged : statements) {
        if (!judged.source().equals(judged.statement())) {
          shown.append("\n-- runs: ").append(judged.source().text());
        }
      }
      return shown.toString();
    }
  }

  StatementJudge {
    requireNonNull(subject, "subject");
    requireNonNull(resource, "resource");
    requireNonNull(policy, "policy");
    requireNonNull(own, "own");
    requireNonNull(outside, "outside");
  }

  /** What is masked for the subject. */
  MaskedColumns masked() {
    return own.masked();
  }

  /**
   * Judges a text that is sent as one message.
   *
   * @param statements at least one
   * @param names the names the session has; what the statements do to them is foreseen, not done
   */
  Judgement judge(List<ClassifiedStatement> statements, SessionNames names) {
    SessionNames foreseen = statements.size() > 1 ? names.copy() : names;
    List<Judged> judged = new ArrayList<>(statements.size());
    for (ClassifiedStatement statement : statements) {
      judged.add(judge(statement, foreseen));
      if (statements.size() > 1) {
        foreseen.completed(statement.kind(), false);
      }
    }
    return new Judgement(Decision.together(judged.stream().map(Judged::decision).toList()), judged);
  }

  /** What to do about a text that cannot be understood. */
  static String hint(SqlRefused.Rule rule) {
    return switch (rule) {
      case SYNTAX -> "Correct the statement; the gateway reads SQL exactly as PostgreSQL does.";
      case BYTES -> "Send SQL in UTF-8.";
      case TOO_LONG -> "Send less SQL at once, and values as parameters.";
      case TOO_DEEP -> "Write the statement with less nesting.";
      case ENCODING -> "Use names of ASCII letters; values may hold any others.";
    };
  }

  private Judged judge(ClassifiedStatement statement, SessionNames names) {
    Optional<ClassifiedStatement> named = names.named(statement);
    return switch (statement.kind()) {
      case Kind.Execute(String name) -> judgeNamed(statement, named, "prepared statement", name);
      case Kind.Fetch(String cursor) -> judgeNamed(statement, named, "cursor", cursor);
      case Kind.Deallocate _, Kind.CloseCursor _, Kind.Naming _, Kind.Nameless _ ->
          new Judged(statement, statement, decide(statement));
    };
  }

  private Judged judgeNamed(
      ClassifiedStatement statement,
      Optional<ClassifiedStatement> named,
      String what,
      String name) {
    return named
        .map(source -> new Judged(statement, source, decide(source, statement)))
        .orElseGet(
            () ->
                new Judged(
                    statement,
                    statement,
                    block(
                        "PG-UNKNOWN-NAME",
                        name,
                        "the gateway knows no " + what + " \"" + name + "\"",
                        "Only what this session itself prepared or declared can be run.")));
  }

  /**
   * What the gateway refuses is blocked whatever the policy says; but where the policy blocks, too,
   * its author's words come first.
   */
  private Decision decide(ClassifiedStatement statement) {
    return decide(statement, outside(statement).or(() -> own.refusal(statement)));
  }

  /** Of what runs by its name, and of the statement that runs it. */
  private Decision decide(ClassifiedStatement source, ClassifiedStatement caller) {
    return decide(
        source,
        outside(source).or(() -> GatewayRules.ofArguments(caller)).or(() -> own.refusal(source)));
  }

  private Optional<MatchedRow> outside(ClassifiedStatement statement) {
    return outside
        .apply(statement.text())
        .map(
            reason ->
                MatchedRow.builtIn(
                    "GRANT", "", reason, "Ask for a grant that covers it: countersign request."));
  }

  private Decision decide(ClassifiedStatement statement, Optional<MatchedRow> refusal) {
    Decision byPolicy = policy.decide(subject, resource, statement.facts());
    if (refusal.isEmpty()) {
      return byPolicy;
    }
    List<MatchedRow> rows =
        byPolicy.verdict() == Verdict.BLOCK
            ? Stream.concat(byPolicy.why().rows().stream(), refusal.stream()).toList()
            : List.of(refusal.get());
    return new Decision.Block(new Explanation(policy.id(), rows, byPolicy.why().observed()));
  }

  private Decision block(String rule, String part, String reason, String hint) {
    return Decision.Block.builtIn(policy.id(), rule, part, reason, hint);
  }
}
