package dev.countersign.decision.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The delegation chain of a token.
 *
 * @param actor who uses the token, if that is not its {@code sub}
 * @param others who passed it on before that, the last one first, and to whom it may be passed on
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8693#section-4.1">RFC 8693, 4.1 and 4.4</a>
 */
record Delegation(Optional<String> actor, List<String> others) {

  private static final int MAX_CHAIN = 8;

  /**
   * Reads the chain.
   *
   * @param issuer the token's own: it speaks for its own subjects only
   * @param actIsOwner whether the issuer turns it round: its {@code sub} acts, {@code act} says for
   *     whom
   */
  static Delegation of(JsonNode claims, String issuer, boolean actIsOwner) throws TokenRefused {
    List<String> chain = new ArrayList<>();
    JsonNode link = claims.path("act");
    while (!link.isMissingNode()) {
      if (chain.size() == MAX_CHAIN) {
        throw new TokenRefused("the token's delegation chain (act) has more than 8 links");
      }
      chain.add(party(link, "act", issuer));
      link = link.path("act");
    }
    Optional<String> actor = actIsOwner ? Optional.empty() : chain.stream().findFirst();
    List<String> others = new ArrayList<>(chain.subList(chain.isEmpty() ? 0 : 1, chain.size()));
    JsonNode next = claims.path("may_act");
    if (!next.isMissingNode()) {
      others.add(party(next, "may_act", issuer));
    }
    return new Delegation(actor, List.copyOf(others));
  }

  /** The {@code sub} in a claim. Someone of another issuer would be mistaken for one of this. */
  private static String party(JsonNode claim, String name, String issuer) throws TokenRefused {
    JsonNode sub = claim.get("sub");
    if (!claim.isObject() || sub == null) {
      throw new TokenRefused("the token's " + name + " does not say who acts (sub)");
    }
    if (claim.has("iss") && !issuer.equals(claim.get("iss").textValue())) {
      throw new TokenRefused("the token's " + name + " names somebody of another issuer");
    }
    return ClaimReader.requireText(sub, name);
  }
}
