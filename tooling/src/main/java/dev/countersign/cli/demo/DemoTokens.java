package dev.countersign.cli.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Makes the tokens of the demo's identity provider, with a key that lives as long as it does. */
final class DemoTokens {

  static final Duration LIFETIME = Duration.ofHours(1);

  private final ECKey key;

  DemoTokens() {
    try {
      key =
          new ECKeyGenerator(Curve.P_256)
              .keyID(UUID.randomUUID().toString())
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java has P-256", e);
    }
  }

  String publicKeys() {
    return new JWKSet(key).toString(true);
  }

  /**
   * An access token.
   *
   * @param signedIn when its human signed in, if a human did
   */
  String access(String issuer, DemoAccount account, Optional<Instant> signedIn) {
    JWTClaimsSet.Builder claims =
        claims(issuer, account, DemoIdentityProvider.AUDIENCE)
            .claim("countersign_kind", account.kind().name().toLowerCase(Locale.ROOT));
    account.owner().ifPresent(owner -> claims.claim("on_behalf_of", owner));
    signedIn.ifPresent(at -> claims.claim("auth_time", at.getEpochSecond()));
    return sign(claims.build());
  }

  /** An id token: for the client that asked, and for nobody else. */
  String id(
      String issuer, DemoAccount account, String client, Optional<String> nonce, Instant signedIn) {
    JWTClaimsSet.Builder claims =
        claims(issuer, account, client).claim("auth_time", signedIn.getEpochSecond());
    nonce.ifPresent(value -> claims.claim("nonce", value));
    return sign(claims.build());
  }

  private static JWTClaimsSet.Builder claims(String issuer, DemoAccount account, String audience) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .subject(account.name())
        .audience(audience)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(LIFETIME)))
        .jwtID(UUID.randomUUID().toString())
        .claim("preferred_username", account.name())
        .claim("groups", account.groups());
  }

  private String sign(JWTClaimsSet claims) {
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("our own key signs", e);
    }
    return token.serialize();
  }
}
