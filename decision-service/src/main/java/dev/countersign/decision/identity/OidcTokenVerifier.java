package dev.countersign.decision.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Believes tokens of configured OpenID Connect issuers, and nothing in a token before its signature
 * is good. Safe for any number of threads.
 *
 * <p>The order matters: bounds and form, then the issuer, then the algorithm against the issuer's
 * list, then the key by its exact id, then the signature, then the claims.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation">OpenID
 *     Connect Core, 3.1.3.7</a>
 */
public final class OidcTokenVerifier implements TokenVerifier {

  private record TrustedIssuer(IssuerConfig config, IssuerKeys keys) {}

  private final Map<String, TrustedIssuer> issuers;
  private final InstantSource clock;
  private final GoodTokens good = new GoodTokens();

  /**
   * @throws IllegalArgumentException if no issuer is given or one is given twice
   */
  public OidcTokenVerifier(Collection<IssuerConfig> issuers) {
    this(issuers, InstantSource.system(), System::nanoTime);
  }

  OidcTokenVerifier(Collection<IssuerConfig> issuers, InstantSource clock, LongSupplier nanoTime) {
    if (issuers.isEmpty()) {
      throw new IllegalArgumentException("without an issuer nobody is let in");
    }
    if (issuers.stream().map(IssuerConfig::issuer).distinct().count() != issuers.size()) {
      throw new IllegalArgumentException("an issuer is configured twice");
    }
    this.issuers =
        issuers.stream()
            .map(config -> new TrustedIssuer(config, new IssuerKeys(config, nanoTime)))
            .collect(toUnmodifiableMap(trusted -> trusted.config().issuer(), identity()));
    this.clock = clock;
  }

  @Override
  public VerifiedToken verify(String token) throws TokenRefused {
    // What is too long is not even read.
    boolean isShort = token.length() <= CompactToken.MAX_LENGTH;
    String digest = isShort ? GoodTokens.digest(token) : "";
    GoodTokens.Good found = good.find(digest).orElse(null);
    if (found == null || !found.isUnder(keyOf(found))) {
      found = verifyAnew(token);
      good.add(digest, found);
    }
    found.lifetime().requireCurrent(clock.instant(), trusted(found.issuer()).config().clockSkew());
    return found.says();
  }

  private JWK keyOf(GoodTokens.Good found) throws TokenRefused {
    return trusted(found.issuer()).keys().find(found.key().getKeyID(), found.algorithm());
  }

  private TrustedIssuer trusted(String name) throws TokenRefused {
    TrustedIssuer issuer = issuers.get(name);
    if (issuer == null) {
      throw new TokenRefused("the token's issuer is not one this gateway knows");
    }
    return issuer;
  }

  private GoodTokens.Good verifyAnew(String token) throws TokenRefused {
    CompactToken parsed = CompactToken.parse(token);
    TrustedIssuer issuer = trusted(ClaimReader.unverifiedIssuer(parsed.claims()));
    if (!issuer.config().algorithms().contains(parsed.algorithm())) {
      throw new TokenRefused("the token's algorithm is not one its issuer may use");
    }
    var algorithm = new JWSAlgorithm(parsed.algorithm());
    JWK key = issuer.keys().find(parsed.keyId(), algorithm);
    requireSignature(parsed, algorithm, key);

    var claims = new ClaimReader(parsed.claims(), issuer.config());
    claims.requireAudience();
    claims.requireAuthorizedParty();
    Lifetime lifetime = claims.lifetime();
    return new GoodTokens.Good(
        issuer.config().issuer(),
        algorithm,
        key,
        lifetime,
        new VerifiedToken(claims.subject(), lifetime.expires(), claims.signIn(), Optional.empty()));
  }

  private static void requireSignature(CompactToken token, JWSAlgorithm algorithm, JWK key)
      throws TokenRefused {
    try {
      // A header made anew: what the token's header says besides its algorithm counts for nothing.
      boolean isGood =
          verifier(key)
              .verify(
                  new JWSHeader(algorithm),
                  token.signed().getBytes(US_ASCII),
                  new Base64URL(token.signature()));
      if (!isGood) {
        throw new TokenRefused("the token's signature is wrong");
      }
    } catch (JOSEException e) {
      throw new TokenRefused("the token's signature cannot be verified", e);
    }
  }

  private static JWSVerifier verifier(JWK key) throws JOSEException {
    return switch (key) {
      case RSAKey rsa -> new RSASSAVerifier(rsa);
      case ECKey ec -> new ECDSAVerifier(ec);
      default -> throw new JOSEException("neither an RSA nor an EC key");
    };
  }
}
