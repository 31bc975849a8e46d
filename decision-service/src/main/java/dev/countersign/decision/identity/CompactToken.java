package dev.countersign.decision.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A signed token in its compact form, taken apart but not believed.
 *
 * @param algorithm the header's {@code alg}
 * @param keyId the header's {@code kid}
 * @param claims the payload
 * @param signed what the signature is over, in ASCII
 * @param signature the signature in base64url
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515#section-3.1">RFC 7515, 3.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, JWT best current practices</a>
 */
record CompactToken(
    String algorithm, String keyId, JsonNode claims, String signed, String signature) {

  /** Characters; all of them are ASCII, so bytes too. */
  static final int MAX_LENGTH = 8 * 1024;

  private static final int MAX_KEY_ID_LENGTH = 256;

  /** A token that names its own key, or asks for something that is not understood. */
  private static final List<String> REFUSED_HEADERS =
      List.of("jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip");

  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  static CompactToken parse(String token) throws TokenRefused {
    if (token.length() > MAX_LENGTH) {
      throw new TokenRefused("the token is longer than 8192 characters");
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length == 5) {
      throw new TokenRefused("the token is encrypted; a signed one is needed");
    }
    if (parts.length != 3) {
      throw new TokenRefused("this is not a token: it has not the three parts of a signed JWT");
    }
    JsonNode header = StrictJson.object(decode(parts[0]), "header");
    for (String name : REFUSED_HEADERS) {
      if (header.has(name)) {
        throw new TokenRefused("the token's header has " + name + ", which is not accepted");
      }
    }
    requireAccessTokenType(header);
    decode(parts[2]);
    return new CompactToken(
        text(header, "alg", 16),
        text(header, "kid", MAX_KEY_ID_LENGTH),
        StrictJson.object(decode(parts[1]), "payload"),
        parts[0] + "." + parts[1],
        parts[2]);
  }

  /** Keeps out the other kinds of JWT an issuer signs: logout tokens, DPoP proofs, …. */
  private static void requireAccessTokenType(JsonNode header) throws TokenRefused {
    JsonNode type = header.get("typ");
    if (type != null && !TYPES.contains(type.asText().toLowerCase(Locale.ROOT))) {
      throw new TokenRefused("the token's type is not JWT or at+jwt");
    }
  }

  private static String text(JsonNode header, String name, int maxLength) throws TokenRefused {
    JsonNode value = header.get(name);
    if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
      throw new TokenRefused("the token's header has no " + name);
    }
    if (value.textValue().length() > maxLength) {
      throw new TokenRefused("the token's " + name + " is too long");
    }
    return value.textValue();
  }

  /** Decodes base64url without padding; every value has exactly one accepted spelling. */
  private static byte[] decode(String part) throws TokenRefused {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        throw new TokenRefused("the token is not in base64url without padding");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new TokenRefused("the token is not in base64url without padding", e);
    }
  }

  /** Without anything that came with it. */
  @Override
  public String toString() {
    return "CompactToken[…]";
  }
}
