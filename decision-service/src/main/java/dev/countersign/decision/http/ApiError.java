package dev.countersign.decision.http;

import java.time.Duration;
import java.util.Optional;

/**
 * A request that is answered with a problem. The message is for people and holds no secret.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class ApiError extends Exception {

  private static final long serialVersionUID = 1;
  private static final Duration AWAY = Duration.ofSeconds(5);

  private final int status;
  private final String code;
  private final String hint;
  private final transient Optional<Duration> retryAfter;

  private ApiError(int status, String code, String message, String hint) {
    this(status, code, message, hint, Optional.empty());
  }

  private ApiError(
      int status, String code, String message, String hint, Optional<Duration> retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  static ApiError unauthenticated(String why) {
    return new ApiError(
        401, "unauthenticated", why, "send a token: Authorization: Bearer <OIDC token>");
  }

  /** Also for what the caller must not know of. */
  static ApiError noSuchApproval() {
    return new ApiError(
        404,
        "not_found",
        "there is no such approval, or none that you may see",
        "list those you may answer: countersign approvals list");
  }

  static ApiError noSuchVersion() {
    return new ApiError(
        404,
        "not_found",
        "there is no such policy version",
        "list them: countersign policy history");
  }

  static ApiError noSuchResource() {
    return new ApiError(
        404, "not_found", "there is no such resource", "list them: countersign resources list");
  }

  static ApiError noSuchCredential() {
    return new ApiError(
        404,
        "not_found",
        "there is no such session credential, or it is not yours, or it has ended",
        "");
  }

  static ApiError noSuchPath() {
    return new ApiError(404, "not_found", "there is nothing here", "see /openapi.yaml");
  }

  static ApiError methodNotAllowed() {
    return new ApiError(
        405, "method_not_allowed", "this cannot be done with this method", "see /openapi.yaml");
  }

  static ApiError badRequest(String why) {
    return new ApiError(400, "bad_request", why, "see /openapi.yaml");
  }

  static ApiError tooLarge(int max) {
    return new ApiError(413, "too_large", "this body has at most " + max / 1024 + " kB", "");
  }

  static ApiError unsupportedMediaType(String type) {
    return new ApiError(
        415, "unsupported_media_type", "the body must be " + type, "see /openapi.yaml");
  }

  static ApiError refused(int status, String code, String message, String hint) {
    return new ApiError(status, code, message, hint);
  }

  /**
   * @param perMinute calls of that kind that a subject has
   * @param wait until the next one
   */
  static ApiError tooOften(int perMinute, Duration wait) {
    return new ApiError(
        429,
        "too_often",
        "you may call this " + perMinute + " times a minute",
        "wait as Retry-After says",
        Optional.of(wait));
  }

  /** What cannot be recorded is not done. */
  static ApiError notRecorded() {
    return new ApiError(
        503,
        "not_recorded",
        "the journal cannot be written, so nothing was changed",
        "tell an operator; try again later",
        Optional.of(AWAY));
  }

  static ApiError databaseAway() {
    return new ApiError(
        503,
        "unavailable",
        "the gateway's own database does not answer; nothing new is taken until it does",
        "try again in a moment; open sessions go on",
        Optional.of(AWAY));
  }

  static ApiError internal() {
    return new ApiError(500, "internal", "this failed on our side", "try again later");
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  String hint() {
    return hint;
  }

  /** After what time it is worth asking again, if that is known. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
