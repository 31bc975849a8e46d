package dev.countersign.decision.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.decision.identity.TokenVerifier.SignIn;
import dev.countersign.rules.fact.Subject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the claims of a token whose signature is good. Whatever is unclear is refused. */
final class ClaimReader {

  private static final int MAX_TEXT = 256;
  private static final int MAX_GROUPS = 200;

  private static final BigDecimal LATEST = BigDecimal.valueOf(253_402_300_799L);

  /** With these the issuer says that the groups are elsewhere: the token has too few. */
  private static final List<String> GROUPS_ELSEWHERE =
      List.of("_claim_names", "_claim_sources", "hasgroups");

  private final JsonNode claims;
  private final IssuerConfig issuer;

  ClaimReader(JsonNode claims, IssuerConfig issuer) {
    this.claims = claims;
    this.issuer = issuer;
  }

  /** The {@code iss} of a token nobody has verified yet: good for choosing keys, no more. */
  static String unverifiedIssuer(JsonNode claims) throws TokenRefused {
    JsonNode value = claims.get("iss");
    if (value == null || !value.isTextual()) {
      throw new TokenRefused("the token has no issuer (iss)");
    }
    return value.textValue();
  }

  void requireAudience() throws TokenRefused {
    JsonNode aud = claims.get("aud");
    if (aud == null || !strings(aud, "aud").contains(issuer.audience())) {
      throw new TokenRefused("the token is not for " + issuer.audience() + " (aud)");
    }
  }

  /** The client a token was issued to; RFC 9068 calls it {@code client_id}. */
  void requireAuthorizedParty() throws TokenRefused {
    if (issuer.authorizedParties().isEmpty()) {
      return;
    }
    Optional<String> azp = text("azp");
    Optional<String> client = text("client_id");
    boolean differ = azp.isPresent() && client.isPresent() && !azp.equals(client);
    if (differ || azp.or(() -> client).filter(issuer.authorizedParties()::contains).isEmpty()) {
      throw new TokenRefused("the token was not issued to a client this gateway knows (azp)");
    }
  }

  Lifetime lifetime() throws TokenRefused {
    Instant expires = time("exp").orElseThrow(() -> new TokenRefused("the token has no end (exp)"));
    return new Lifetime(expires, time("nbf"), time("iat"));
  }

  /**
   * Whose token it is. With an actor (RFC 8693, {@code act}) it is the actor's, who acts for the
   * token's {@code sub}; never the {@code sub}'s own, whatever else it says.
   */
  Subject subject() throws TokenRefused {
    String id =
        text("sub").orElseThrow(() -> new TokenRefused("the token does not say whose it is (sub)"));
    boolean actIsOwner = issuer.claims().owner().startsWith("act.");
    Delegation delegation = Delegation.of(claims, issuer.issuer(), actIsOwner);
    Optional<String> actor = delegation.actor();
    if (actor.isPresent()) {
      return new Subject(
          issuer.issuer(),
          actor.get(),
          actor.get(),
          Subject.Kind.AGENT,
          groups(),
          Optional.of(id),
          delegation.others());
    }
    Optional<String> owner = text(issuer.claims().owner());
    boolean agent = owner.isPresent() || saysAgent();
    return new Subject(
        issuer.issuer(),
        id,
        text(issuer.claims().name()).orElse(id),
        agent ? Subject.Kind.AGENT : Subject.Kind.HUMAN,
        groups(),
        owner,
        delegation.others());
  }

  SignIn signIn() throws TokenRefused {
    return new SignIn(time("auth_time"), text("acr"));
  }

  private boolean saysAgent() throws TokenRefused {
    JsonNode mark = find(issuer.claims().agent());
    return mark != null
        && strings(mark, issuer.claims().agent()).contains(issuer.claims().agentValue());
  }

  private Set<String> groups() throws TokenRefused {
    for (String name : GROUPS_ELSEWHERE) {
      if (claims.has(name)) {
        throw new TokenRefused(
            "the token does not hold all groups ("
                + name
                + "): let the issuer put into it only those the policy names");
      }
    }
    JsonNode groups = find(issuer.claims().groups());
    if (groups == null) {
      return Set.of();
    }
    if (!groups.isArray() || groups.size() > MAX_GROUPS) {
      throw new TokenRefused("the token's groups are not an array of at most 200");
    }
    return Set.copyOf(strings(groups, issuer.claims().groups()));
  }

  /** A string or an array of strings. */
  private static Set<String> strings(JsonNode value, String name) throws TokenRefused {
    List<String> found = new ArrayList<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      found.add(requireText(item, name));
    }
    return Set.copyOf(found);
  }

  private Optional<String> text(String name) throws TokenRefused {
    JsonNode value = find(name);
    return value == null ? Optional.empty() : Optional.of(requireText(value, name));
  }

  /** A name that people can tell from another name: short, and nothing in it is invisible. */
  static String requireText(JsonNode value, String name) throws TokenRefused {
    String text = value.textValue();
    if (text == null || text.isBlank() || text.length() > MAX_TEXT) {
      throw new TokenRefused("the token's " + name + " is not a text of 1 to 256 characters");
    }
    if (!text.codePoints().allMatch(ClaimReader::isVisible)) {
      throw new TokenRefused("the token's " + name + " has invisible characters");
    }
    return text;
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** RFC 7519 NumericDate: seconds since 1970, which may have a fraction. */
  private Optional<Instant> time(String name) throws TokenRefused {
    JsonNode value = claims.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw new TokenRefused("the token's " + name + " is not a number");
    }
    BigDecimal seconds = value.decimalValue();
    if (seconds.signum() <= 0 || seconds.compareTo(LATEST) > 0) {
      throw new TokenRefused("the token's " + name + " is out of range");
    }
    return Optional.of(Instant.ofEpochSecond(seconds.longValue()));
  }

  private @Nullable JsonNode find(String path) {
    if (claims.has(path)) {
      return present(claims.get(path));
    }
    JsonNode node = claims;
    for (String name : path.split("\\.", -1)) {
      node = node.path(name);
    }
    return present(node);
  }

  private static @Nullable JsonNode present(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? null : node;
  }
}
