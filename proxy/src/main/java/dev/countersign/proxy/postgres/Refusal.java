package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.proxy.postgres.wire.Target;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.Optional;

/**
 * A denial in PostgreSQL's words: what an ErrorResponse of the gateway says.
 *
 * @param sqlState five characters, see appendix A of the PostgreSQL manual
 * @param message one line
 * @param detail may be empty
 * @param hint what to do instead; may be empty
 * @param position where in the client's text, in characters counted from 1; 0 for nowhere
 */
record Refusal(String sqlState, String message, String detail, String hint, int position) {

  static final String INVALID_PARAMETER_VALUE = "22023";
  static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";
  static final String INSUFFICIENT_PRIVILEGE = "42501";
  static final String CONFIGURATION_LIMIT_EXCEEDED = "53400";
  static final String QUERY_CANCELED = "57014";
  static final String ADMIN_SHUTDOWN = "57P01";
  static final String CANNOT_CONNECT_NOW = "57P03";
  static final String IO_ERROR = "58030";
  static final String PROTOCOL_VIOLATION = "08P01";
  static final String PROGRAM_LIMIT_EXCEEDED = "54000";
  static final String IN_FAILED_TRANSACTION = "25P02";
  static final String INVALID_AUTHORIZATION = "28000";
  static final String INVALID_PASSWORD = "28P01";
  static final String INVALID_CATALOG_NAME = "3D000";
  static final String INTERNAL_ERROR = "XX000";
  static final String SYNTAX_ERROR = "42601";
  static final String STATEMENT_TOO_COMPLEX = "54001";

  private static final ObjectMapper JSON = new ObjectMapper();

  Refusal {
    requireNonNull(sqlState, "sqlState");
    requireNonNull(message, "message");
    requireNonNull(detail, "detail");
    requireNonNull(hint, "hint");
  }

  /** About the whole command. */
  Refusal(String sqlState, String message, String detail, String hint) {
    this(sqlState, message, detail, hint, 0);
  }

  /** Without detail and hint. */
  static Refusal of(String sqlState, String message) {
    return new Refusal(sqlState, message, "", "");
  }

  /** What would happen cannot be written down before. */
  static Refusal unrecorded() {
    return of(IO_ERROR, JournalException.TO_CLIENTS);
  }

  /** Said as PostgreSQL says it of itself, so that clients come again. */
  static Refusal stopping() {
    return new Refusal(ADMIN_SHUTDOWN, "the gateway is stopping", "", "Connect again in a moment.");
  }

  static Refusal tooMany(Target target) {
    return of(
        PROGRAM_LIMIT_EXCEEDED,
        switch (target) {
          case STATEMENT -> "too many prepared statements";
          case PORTAL -> "too many portals";
        });
  }

  /** The name is taken: said as PostgreSQL says it. */
  static Refusal duplicateStatement(String name) {
    return of("42P05", "prepared statement \"" + name + "\" already exists");
  }

  /** The name is taken: said as PostgreSQL says it. */
  static Refusal duplicateCursor(String name) {
    return of("42P03", "cursor \"" + name + "\" already exists");
  }

  /**
   * The policy blocks.
   *
   * @param decision names the decision, {@code session/command}
   */
  static Refusal blocked(MatchedRow because, String decision) {
    return new Refusal(
        INSUFFICIENT_PRIVILEGE,
        "blocked by policy " + because.rule() + " (" + because.reason() + ")",
        detail(because, decision, Optional.empty()),
        because.hint());
  }

  /** The text is none that PostgreSQL would understand: said as PostgreSQL says it. */
  static Refusal notUnderstood(SqlRefused refused, MatchedRow because, String decision) {
    String sqlState =
        switch (refused.rule()) {
          case SYNTAX -> SYNTAX_ERROR;
          case BYTES -> CHARACTER_NOT_IN_REPERTOIRE;
          case TOO_LONG -> PROGRAM_LIMIT_EXCEEDED;
          case TOO_DEEP -> STATEMENT_TOO_COMPLEX;
          case ENCODING -> INSUFFICIENT_PRIVILEGE;
        };
    return new Refusal(
        sqlState,
        refused.reason(),
        detail(because, decision, Optional.empty()),
        because.hint(),
        refused.position());
  }

  /** A human said no, or nobody answered in time. */
  static Refusal notApproved(MatchedRow because, String decision, String approval, String outcome) {
    return new Refusal(
        INSUFFICIENT_PRIVILEGE,
        "approval " + approval + " " + outcome,
        detail(because, decision, Optional.of(approval)),
        because.hint());
  }

  /** Nobody has answered yet, and the client does not want to wait. */
  static Refusal later(MatchedRow because, String decision, Approvals.Pending pending) {
    return new Refusal(
        INSUFFICIENT_PRIVILEGE,
        "waiting for approval "
            + pending.id()
            + " ("
            + because.rule()
            + ": "
            + because.reason()
            + ")",
        detail(because, decision, Optional.of(pending.id())),
        "Send exactly the same command again when it has been approved at "
            + pending.url()
            + ", until "
            + pending.expires()
            + ".");
  }

  /** One line for people, one for agents that read JSON. */
  private static String detail(MatchedRow because, String decision, Optional<String> approval) {
    ObjectNode json = JSON.createObjectNode();
    json.put("decision", decision);
    json.put("rule", because.rule());
    json.put("reason", because.reason());
    json.put("hint", because.hint());
    approval.ifPresent(id -> json.put("approval", id));
    return "decision " + decision + "\n" + json;
  }
}
