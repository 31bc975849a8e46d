package dev.countersign.decision.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.VisibleText;
import dev.countersign.decision.grant.Grant;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.grant.GrantWish;
import dev.countersign.decision.session.LiveSession;
import dev.countersign.rules.fact.Resource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Grants and open sessions in JSON. */
final class AccessJson {

  static final String WISH =
      "{\"resource\": …, \"for\": \"PT30M\", \"reason\": …} and, where wanted, \"from\": <time>,"
          + " \"once\": true, \"scope\": {\"readOnly\": true, \"tables\": […], \"namespaces\": […],"
          + " \"refs\": […], \"statement\": …}";
  static final String EXTENSION = "{\"for\": \"PT30M\"}";
  static final String WINDOW = "{\"for\": \"PT4H\", \"reason\": …}";
  static final String EMERGENCY = "{\"resources\": […], \"for\": \"PT30M\", \"reason\": …}";
  static final String COMMENT = "{\"reason\": …}";

  private static final int LONGEST_COMMENT = 500;

  /** A wish as it is sent. */
  record WishBody(
      @Nullable String resource,
      @JsonProperty("for") @Nullable String duration,
      @Nullable String from,
      @Nullable ScopeBody scope,
      @Nullable Boolean once,
      @Nullable String reason) {

    GrantWish on(Resource target) throws ApiError {
      try {
        return new GrantWish(
            target,
            AccessJson.duration(duration),
            from == null ? Optional.empty() : Optional.of(Instant.parse(from)),
            scope == null ? GrantScope.ALL : scope.scope(),
            once != null && once,
            reason == null ? "" : reason);
      } catch (DateTimeException e) {
        throw ApiError.badRequest("from is a time such as 2026-11-25T08:00:00Z");
      } catch (IllegalArgumentException e) {
        throw ApiError.badRequest(String.valueOf(e.getMessage()));
      }
    }
  }

  /** What a wish is for. */
  record ScopeBody(
      @Nullable Boolean readOnly,
      @Nullable List<String> tables,
      @Nullable List<String> namespaces,
      @Nullable List<String> refs,
      @Nullable String statement) {

    GrantScope scope() {
      return new GrantScope(
          readOnly != null && readOnly,
          tables == null ? List.of() : tables,
          namespaces == null ? List.of() : namespaces,
          refs == null ? List.of() : refs,
          Optional.ofNullable(statement));
    }
  }

  /** How much longer. */
  record ExtensionBody(@JsonProperty("for") @Nullable String duration) {}

  /** For how long, and why. */
  record WindowBody(@JsonProperty("for") @Nullable String duration, @Nullable String reason) {}

  /** On what, for how long, and why. */
  record EmergencyBody(
      @Nullable List<String> resources,
      @JsonProperty("for") @Nullable String duration,
      @Nullable String reason) {}

  /** Why something is ended. */
  record CommentBody(@Nullable String reason) {

    String text() throws ApiError {
      String text = reason == null ? "" : reason.strip();
      if (text.isEmpty() || text.length() > LONGEST_COMMENT) {
        throw ApiError.badRequest("a reason has 1 to " + LONGEST_COMMENT + " characters");
      }
      return text;
    }
  }

  private AccessJson() {}

  static Duration duration(@Nullable String text) throws ApiError {
    try {
      return Duration.parse(String.valueOf(text));
    } catch (DateTimeException e) {
      throw ApiError.badRequest("for is an ISO 8601 duration such as PT30M");
    }
  }

  static ObjectNode grant(Grant grant) {
    ObjectNode out = ApiJson.object();
    out.put("id", grant.id());
    out.put("state", grant.state().name().toLowerCase(Locale.ROOT));
    out.set("subject", ApiJson.subject(grant.subject()));
    out.put("resource", grant.resource());
    out.put("scope", VisibleText.line(grant.scope().inWords()));
    out.put("reason", VisibleText.line(grant.reason()));
    out.put("from", grant.from().toString());
    out.put("until", grant.until().toString());
    out.put("once", grant.once());
    out.put("rule", grant.rule());
    out.put("policyVersion", grant.policyVersion());
    out.put("approval", grant.approval().orElse(null));
    out.put("requested", grant.requested().toString());
    out.set("ending", grant.ending().map(AccessJson::ending).orElse(null));
    return out;
  }

  private static ObjectNode ending(Grant.Ending ending) {
    ObjectNode out = ApiJson.object();
    out.put("at", ending.at().toString());
    out.set("by", ending.by().map(ApiJson::subject).orElse(null));
    out.put("comment", VisibleText.line(ending.comment()));
    return out;
  }

  static ObjectNode session(LiveSession session) {
    ObjectNode out = ApiJson.object();
    out.put("id", session.id());
    out.set("subject", ApiJson.subject(session.subject()));
    out.put("resource", session.resource());
    out.put("client", session.client());
    out.put("application", VisibleText.line(session.application()));
    out.put("grant", session.grant().orElse(null));
    out.put("opened", session.opened().toString());
    return out;
  }
}
