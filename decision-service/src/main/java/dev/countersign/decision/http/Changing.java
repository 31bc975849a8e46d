package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.http.AnswerTable.Answer;
import dev.countersign.decision.http.AnswerTable.Claim;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the API changes anything: the call is on the record first, and runs once for the key its
 * client gave it.
 */
final class Changing {

  private static final Logger log = LoggerFactory.getLogger(Changing.class);
  private static final HttpString REPLAYED = new HttpString("Idempotency-Replayed");

  private final AnswerTable answers;
  private final Journal journal;

  Changing(Database database, Journal journal) {
    this.answers = new AnswerTable(database.jdbi());
    this.journal = requireNonNull(journal, "journal");
  }

  /** Makes a change, or says what came of it when it was made. */
  byte[] run(HttpServerExchange exchange, Route route, Subject by) throws ApiError, IOException {
    byte[] body = RequestBody.keep(exchange, route.maxBody());
    Optional<IdempotencyKey> key = IdempotencyKey.of(exchange, body);
    if (key.isEmpty()) {
      return recorded(exchange, route, by, body);
    }
    return switch (answers.claim(by, key.get())) {
      case Claim.Ours() -> once(exchange, route, by, key.get(), body);
      case Claim.Answered(Answer answer) -> again(exchange, answer);
      case Claim.UnderWay() ->
          throw ApiError.refused(
              409, "under_way", "this request is being answered already", "ask again in a moment");
      case Claim.Other() ->
          throw ApiError.refused(
              422,
              "key_reused",
              "this Idempotency-Key was given to another request",
              "give each change a key of its own, such as a UUID");
    };
  }

  private byte[] once(
      HttpServerExchange exchange, Route route, Subject by, IdempotencyKey key, byte[] body)
      throws ApiError, IOException {
    boolean answered = false;
    try {
      byte[] made = recorded(exchange, route, by, body);
      keep(by, key, new Answer(exchange.getStatusCode(), route.type(), kept(exchange, made)));
      answered = true;
      return made;
    } catch (ApiError e) {
      if (isForGood(e.status())) {
        byte[] problem = ApiJson.bytes(ApiJson.problem(e));
        keep(by, key, new Answer(e.status(), ApiJson.PROBLEM, Optional.of(problem)));
        answered = true;
      }
      throw e;
    } finally {
      if (!answered) {
        answers.release(by, key);
      }
    }
  }

  /**
   * Whether the same call would be refused again, whoever its caller has become meanwhile and
   * however the gateway does. What a role was missing for is looked at anew.
   */
  private static boolean isForGood(int status) {
    return status < 500 && status != 401 && status != 403 && status != 429;
  }

  /** The change is made, whether its answer can be kept or not. */
  private void keep(Subject by, IdempotencyKey key, Answer answer) {
    try {
      answers.keep(by, key, answer);
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("the answer to a change is not kept for its key");
    }
  }

  private static Optional<byte[]> kept(HttpServerExchange exchange, byte[] made) {
    return RequestBody.holdsSecret(exchange) ? Optional.empty() : Optional.of(made);
  }

  private static byte[] again(HttpServerExchange exchange, Answer answer) throws ApiError {
    byte[] body =
        answer
            .body()
            .orElseThrow(
                () ->
                    ApiError.refused(
                        409,
                        "told_once",
                        "this was done, and its answer held a secret that is told once",
                        "revoke what was made and ask again with another key"));
    exchange.setStatusCode(answer.status());
    exchange.getResponseHeaders().put(REPLAYED, "true");
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, answer.type());
    return body;
  }

  private byte[] recorded(HttpServerExchange exchange, Route route, Subject by, byte[] body)
      throws ApiError, IOException {
    try {
      long sequence =
          journal.append(
              new Event.ApiCalled(by, route.name(), exchange.getRequestPath(), digest(body)));
      journal.releasable(sequence, true).toCompletableFuture().join();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("a change cannot be recorded and is not made");
      throw ApiError.notRecorded();
    }
    return route.operation().run(exchange);
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
