package dev.countersign.decision.notification;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.Secret;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An address that is told about approvals.
 *
 * @param name unique, for lists and logs
 * @param url may be a secret itself, so it is never shown
 * @param format what the receiver understands
 * @param secret what messages are signed with
 * @param showsCommand whether the beginning of the command goes along; it may hold what the
 *     receiver should not know
 */
public record Webhook(
    String name, URI url, Format format, Optional<Secret> secret, boolean showsCommand) {

  /** What a receiver understands. */
  public enum Format {
    /** JSON of our own, as docs/operators.md describes it. */
    JSON,
    /** Slack's incoming webhooks. */
    SLACK,
    /** Workflows of Microsoft Teams: an adaptive card. */
    TEAMS
  }

  public Webhook {
    requireNonNull(name, "name");
    requireNonNull(url, "url");
    requireNonNull(format, "format");
    requireNonNull(secret, "secret");
  }

  /** A message to it, signed if it has a secret. */
  HttpRequest.Builder request(String event, byte[] body, Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Countersign-Event", event)
            .POST(BodyPublishers.ofByteArray(body));
    secret.ifPresent(
        known ->
            request.header(
                WebhookSignature.HEADER,
                WebhookSignature.of(known.reveal(), Instant.now().getEpochSecond(), body)));
    return request;
  }
}
