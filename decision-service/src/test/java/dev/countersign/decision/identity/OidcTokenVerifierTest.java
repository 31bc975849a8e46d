package dev.countersign.decision.identity;

import static dev.countersign.decision.identity.TestIssuer.KEY;
import static dev.countersign.decision.identity.TestIssuer.NEXT_KEY;
import static dev.countersign.decision.identity.TestIssuer.base64;
import static dev.countersign.decision.identity.TestIssuer.sign;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.rules.fact.Subject;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OidcTokenVerifierTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"first\"}";

  private final TestIssuer issuer = new TestIssuer();
  private final OidcTokenVerifier verifier = verifier(issuer.config());

  private static OidcTokenVerifier verifier(IssuerConfig... configs) {
    return new OidcTokenVerifier(List.of(configs), () -> NOW, System::nanoTime);
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private String token(String moreClaims) {
    return sign(HEADER, "{" + issuer.claims(NOW) + moreClaims + "}", KEY);
  }

  private String tokenWithHeader(String header) {
    return sign(header, "{" + issuer.claims(NOW) + "}", KEY);
  }

  private void assertRefused(String token, String reason) {
    assertThatThrownBy(() -> verifier.verify(token))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("agent-7", "eyJ"));
  }

  // --- what is good

  @Test
  void readsAnAgentWithItsOwnerAndGroups() throws TokenRefused {
    VerifiedToken verified =
        verifier.verify(
            token(
                ",\"groups\":[\"ai-agents\"],\"countersign_kind\":\"agent\","
                    + "\"on_behalf_of\":\"alice\""));

    assertThat(verified.subject())
        .isEqualTo(
            new Subject(
                issuer.url(),
                "agent-7-id",
                "agent-7",
                Subject.Kind.AGENT,
                Set.of("ai-agents"),
                Optional.of("alice")));
    assertThat(verified.expires()).isEqualTo(NOW.plusSeconds(600));
  }

  @Test
  void readsAHumanWithoutAnythingSpecial() throws TokenRefused {
    Subject subject = verifier.verify(token("")).subject();

    assertThat(subject.kind()).isEqualTo(Subject.Kind.HUMAN);
    assertThat(subject.groups()).isEmpty();
  }

  @Test
  void whoeverHasAnOwnerIsAnAgent() throws TokenRefused {
    assertThat(verifier.verify(token(",\"on_behalf_of\":\"alice\"")).subject().kind())
        .isEqualTo(Subject.Kind.AGENT);
  }

  @Test
  void keepsTheWholeDelegationChain() throws TokenRefused {
    Subject subject =
        verifier
            .verify(
                token(
                    ",\"act\":{\"sub\":\"agent-9\",\"iss\":\"%s\",\"act\":{\"sub\":\"planner\"}}"
                            .formatted(issuer.url())
                        + ",\"may_act\":{\"sub\":\"reviewer\"}"))
            .subject();

    assertThat(subject.id()).isEqualTo("agent-9");
    assertThat(subject.onBehalfOf()).contains("agent-7-id");
    assertThat(subject.delegation()).containsExactly("planner", "reviewer");
  }

  @Test
  void gw08_whoeverActsForAHumanIsNotThatHuman() throws TokenRefused {
    Subject alice = verifier.verify(token("")).subject();
    Subject agent = verifier.verify(token(",\"act\":{\"sub\":\"agent-9\"}")).subject();

    assertThat(agent.kind()).isEqualTo(Subject.Kind.AGENT);
    assertThat(agent.isSameAs(alice)).isFalse();
    assertThat(agent.isPartyOf(alice)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"agent-9\"",
        "{}",
        "{\"sub\":7}",
        "{\"sub\":\"\"}",
        "{\"sub\":\"a\",\"iss\":\"https://elsewhere\"}",
        "{\"sub\":\"a\",\"act\":{}}",
        "{\"sub\":\"a\",\"act\":null}",
      })
  void gw08_refusesUnclearDelegation(String chain) {
    assertRefused(token(",\"act\":" + chain), "act");
  }

  @Test
  void gw09_refusesLongDelegationChains() {
    String chain = "{\"sub\":\"a\"}";
    for (int i = 0; i < 8; i++) {
      chain = "{\"sub\":\"a\",\"act\":" + chain + "}";
    }
    assertRefused(token(",\"act\":" + chain), "more than 8 links");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"azp\":\"cli\"|true",
        ",\"client_id\":\"cli\"|true",
        ",\"azp\":\"cli\",\"client_id\":\"cli\"|true",
        ",\"azp\":\"other\"|false",
        ",\"azp\":\"cli\",\"client_id\":\"other\"|false",
        ",\"azp\":[\"cli\"]|false",
        ",\"sid\":\"x\"|false",
      })
  void gw08_takesTokensOfKnownClientsOnly(String claims, boolean good) {
    IssuerConfig any = issuer.config();
    OidcTokenVerifier strict =
        verifier(
            new IssuerConfig(
                any.issuer(),
                any.audience(),
                Set.of("cli"),
                any.jwksUri(),
                any.algorithms(),
                any.claims(),
                any.clockSkew(),
                any.keyCache(),
                any.plainHttp()));

    assertThat(isGood(strict, token(claims))).isEqualTo(good);
  }

  private static boolean isGood(OidcTokenVerifier verifier, String token) {
    try {
      verifier.verify(token);
      return true;
    } catch (TokenRefused e) {
      return false;
    }
  }

  @Test
  void readsHowAndWhenSomebodySignedIn() throws TokenRefused {
    var signIn =
        verifier.verify(token(",\"acr\":\"gold\",\"auth_time\":" + NOW.getEpochSecond())).signIn();

    assertThat(signIn.level()).contains("gold");
    assertThat(signIn.at()).contains(NOW);
    assertThat(verifier.verify(token("")).signIn()).isEqualTo(TokenVerifier.SignIn.UNKNOWN);
  }

  @Test
  void acceptsEllipticCurves() throws JOSEException, TokenRefused {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("curve").keyUse(KeyUse.SIGNATURE).generate();
    issuer.keyDocument = () -> TestIssuer.documentOf(KEY, key.toPublicJWK());
    var token =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("curve").build(),
            new Payload("{" + issuer.claims(NOW) + "}"));
    token.sign(new ECDSASigner(key));

    assertThat(verifier.verify(token.serialize()).subject().name()).isEqualTo("agent-7");
  }

  @Test
  void findsNestedClaims() throws TokenRefused {
    IssuerConfig plain = issuer.config();
    var nested =
        new IssuerConfig(
            plain.issuer(),
            plain.audience(),
            Set.of(),
            plain.jwksUri(),
            plain.algorithms(),
            new IssuerConfig.Claims("realm_access.roles", "nick", "groups", "robots", "act.sub"),
            plain.clockSkew(),
            plain.keyCache(),
            false);

    Subject subject =
        verifier(nested)
            .verify(
                token(
                    ",\"realm_access\":{\"roles\":[\"dba\"]},\"groups\":[\"robots\"],"
                        + "\"act\":{\"sub\":\"carol\"},\"nick\":\"seven\""))
            .subject();

    assertThat(subject.groups()).containsExactly("dba");
    assertThat(subject.kind()).isEqualTo(Subject.Kind.AGENT);
    assertThat(subject.onBehalfOf()).contains("carol");
    assertThat(subject.name()).isEqualTo("seven");
  }

  // --- GW-01: algorithms

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE", "none ", "HS256", "RS384", "EdDSA", ""})
  void gw01_refusesAlgNoneAndOthersBeforeItAsksForKeys(String algorithm) {
    String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"first\"}";
    String claims = "{" + issuer.claims(NOW) + "}";

    assertRefused(sign(header, claims, KEY), "alg");
    assertRefused(base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8)) + ".", "");
    assertThat(issuer.keyRequests).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"kid\":\"first\"}", "{\"alg\":7,\"kid\":\"first\"}", "[]", "null"})
  void gw01_refusesMissingAlg(String header) {
    assertRefused(tokenWithHeader(header), "header");
  }

  @Test
  void gw01_refusesHmacWithThePublicKey() throws JOSEException, GeneralSecurityException {
    String input =
        base64("{\"alg\":\"HS256\",\"kid\":\"first\"}".getBytes(UTF_8))
            + "."
            + base64(("{" + issuer.claims(NOW) + "}").getBytes(UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.toPublicKey().getEncoded(), "HmacSHA256"));

    assertRefused(input + "." + base64(mac.doFinal(input.getBytes(UTF_8))), "algorithm");
  }

  @Test
  void gw01_anIssuerCannotBeConfiguredForHmac() {
    IssuerConfig good = issuer.config();

    assertThatThrownBy(
            () ->
                new IssuerConfig(
                    good.issuer(),
                    good.audience(),
                    Set.of(),
                    good.jwksUri(),
                    Set.of("RS256", "HS256"),
                    good.claims(),
                    good.clockSkew(),
                    good.keyCache(),
                    false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gw01_refusesEmptyAndWrongSignatures() {
    String good = token("");
    String unsigned = good.substring(0, good.lastIndexOf('.') + 1);

    assertRefused(unsigned, "signature");
    assertRefused(unsigned + base64(new byte[256]), "signature");
    assertRefused(sign(HEADER, "{" + issuer.claims(NOW) + "}", NEXT_KEY), "signature");
  }

  // --- GW-03: encryption

  @Test
  void gw03_refusesEncryptedTokens() {
    assertRefused("eyJh.eyJh.eyJh.eyJh.eyJh", "encrypted");
  }

  // --- GW-04: the token names its key

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"jku\":\"https://evil.example/keys\"",
        "\"x5u\":\"https://evil.example/cert\"",
        "\"x5c\":[\"MIIB\"]",
        "\"crit\":[\"exp\"]",
        "\"b64\":false",
        "\"zip\":\"DEF\""
      })
  void gw04_refusesHeadersThatChooseTheKey(String member) {
    assertRefused(
        tokenWithHeader("{\"alg\":\"RS256\",\"kid\":\"first\"," + member + "}"), "not accepted");
    assertThat(issuer.keyRequests).hasValue(0);
  }

  @Test
  void gw04_refusesEmbeddedKeyThatFitsTheSignature() {
    String header =
        "{\"alg\":\"RS256\",\"kid\":\"first\",\"jwk\":%s}"
            .formatted(NEXT_KEY.toPublicJWK().toJSONString());

    assertRefused(sign(header, "{" + issuer.claims(NOW) + "}", NEXT_KEY), "jwk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../dev/null", "' OR 1=1 --", "First", "first ", "fir"})
  void gw04_keyIdIsOnlyLookedUp(String keyId) {
    assertRefused(tokenWithHeader("{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}"), "kid");
  }

  @Test
  void gw04_refusesMissingAndHugeKeyIds() {
    assertRefused(tokenWithHeader("{\"alg\":\"RS256\"}"), "kid");
    assertRefused(
        tokenWithHeader("{\"alg\":\"RS256\",\"kid\":\"" + "k".repeat(300) + "\"}"), "kid");
  }

  @Test
  void gw04_refusesOtherKindsOfTokens() {
    assertRefused(
        tokenWithHeader("{\"alg\":\"RS256\",\"kid\":\"first\",\"typ\":\"logout+jwt\"}"), "type");
  }

  // --- GW-07: times

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"exp\":1763899199",
        "\"exp\":\"1795437000\"",
        "\"exp\":1e400",
        "\"exp\":1e2147483647",
        "\"exp\":1e99999999999",
        "\"exp\":-1",
        "\"exp\":0",
        "\"exp\":null",
        "\"exp\":[1795437000]",
        "\"exp\":253402300799",
        "\"iat\":1"
      })
  void gw07_refusesStrangeEnds(String exp) {
    String claims =
        "{\"iss\":\"%s\",\"aud\":\"countersign\",\"sub\":\"x\",%s}".formatted(issuer.url(), exp);

    assertRefused(sign(HEADER, claims, KEY), "");
  }

  @Test
  void gw07_honoursTheClockSkewAndNoMore() throws TokenRefused {
    String claims = "{\"iss\":\"%s\",\"aud\":\"countersign\",\"sub\":\"x\",\"exp\":%d}";

    verifier.verify(sign(HEADER, claims.formatted(issuer.url(), at(-29)), KEY));
    assertRefused(sign(HEADER, claims.formatted(issuer.url(), at(-30)), KEY), "expired");
  }

  @Test
  void gw07_refusesTokensOfTheFutureAndEndlessOnes() {
    assertRefused(token(",\"nbf\":" + at(600)), "not good yet");
    assertRefused(
        sign(
            HEADER,
            "{\"iss\":\"%s\",\"aud\":\"countersign\",\"sub\":\"x\",\"iat\":%d,\"exp\":%d}"
                .formatted(issuer.url(), at(60), at(600)),
            KEY),
        "future");
    assertRefused(
        sign(
            HEADER,
            "{\"iss\":\"%s\",\"aud\":\"countersign\",\"sub\":\"x\",\"exp\":%d}"
                .formatted(issuer.url(), at(90_000)),
            KEY),
        "24 hours");
  }

  @Test
  void gw07_aTokenThatWasGoodEndsInItsTime() throws TokenRefused {
    AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    var remembering = new OidcTokenVerifier(List.of(issuer.config()), clock::get, System::nanoTime);
    String token = token("");
    TokenVerifier.VerifiedToken first = remembering.verify(token);
    assertThat(remembering.verify(token)).isEqualTo(first);

    clock.set(first.expires().plusSeconds(30));

    assertThatThrownBy(() -> remembering.verify(token)).hasMessageContaining("expired");
  }

  @Test
  void gw04_aTokenThatWasGoodIsNoneWithAnotherSignature() throws TokenRefused {
    String token = token("");
    verifier.verify(token);
    String other = sign(HEADER, "{" + issuer.claims(NOW) + ",\"x\":1}", KEY);

    assertRefused(
        token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.')),
        "signature is wrong");
    assertRefused(token + "\ud800", "base64url");
  }

  private static long at(long secondsFromNow) {
    return NOW.getEpochSecond() + secondsFromNow;
  }

  // --- GW-08: who and for whom

  @Test
  void gw08_refusesWrongAudience() {
    String claims = issuer.claims(NOW).replace("\"countersign\"", "\"countersign2\"");

    assertRefused(sign(HEADER, "{" + claims + "}", KEY), "not for countersign");
  }

  @Test
  void gw08_refusesMissingAudience() {
    String claims = issuer.claims(NOW).replace("\"aud\"", "\"oud\"");

    assertRefused(sign(HEADER, "{" + claims + "}", KEY), "not for countersign");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "X", "#"})
  void gw08_refusesIssuersThatAreAlmostRight(String suffix) {
    String claims = issuer.claims(NOW).replace(issuer.url(), issuer.url() + suffix);

    assertRefused(sign(HEADER, "{" + claims + "}", KEY), "issuer");
  }

  @Test
  void gw08_oneIssuersKeyIsWorthNothingAtAnother() {
    try (var other = new TestIssuer()) {
      other.keyDocument = () -> TestIssuer.documentOf(NEXT_KEY.toPublicJWK());
      var both = verifier(issuer.config(), other.config());
      String header = HEADER.replace("first", "second");

      assertThatThrownBy(() -> both.verify(sign(header, "{" + issuer.claims(NOW) + "}", NEXT_KEY)))
          .isInstanceOf(TokenRefused.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"sub\":\"\",", "\"sub\":\" \",", "\"sub\":7,", "\"sub\":null,"})
  void gw08_refusesMissingSub(String sub) {
    String claims = issuer.claims(NOW).replace("\"sub\":\"agent-7-id\",", sub);

    assertRefused(sign(HEADER, "{" + claims + "}", KEY), "sub");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"_claim_names\":{\"groups\":\"src1\"}",
        ",\"_claim_sources\":{}",
        ",\"hasgroups\":true",
        ",\"groups\":\"admins\"",
        ",\"groups\":[\"a\",7]",
        ",\"groups\":[\"a\",null]",
        ",\"groups\":[[\"a\"]]",
        ",\"groups\":{\"a\":1}",
        ",\"groups\":[\"\"]",
        ",\"groups\":[\"dba\\u200b\"]",
        ",\"groups\":[\"\\ud800\"]",
        ",\"preferred_username\\u0000\":\"x\",\"on_behalf_of\":\"a\\u0000\"",
        ",\"countersign_kind\":{\"agent\":true}"
      })
  void gw08_refusesUnclearClaims(String claim) {
    assertRefused(token(claim), "the token");
  }

  @Test
  void gw08_refusesMoreThan200Groups() {
    String groups = "\"g\",".repeat(201);

    assertRefused(
        token(",\"groups\":[" + groups.substring(0, groups.length() - 1) + "]"), "at most 200");
  }

  // --- GW-09: JSON tricks

  @Test
  void gw09_refusesLongTokensBeforeItReadsThem() {
    assertRefused("a".repeat(1_000_000), "longer");
    assertRefused(token(",\"x\":\"" + "y".repeat(8000) + "\""), "longer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"sub\":\"root\"",
        ",\"a\":{\"b\":1,\"b\":2}",
        ",\"deep\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
        ",\"x\":NaN",
        ",'x':1",
        ",\"x\":1} {\"y\":2",
        ","
      })
  void gw09_refusesDuplicatesDepthAndLooseJson(String claims) {
    assertRefused(token(claims), "not plain JSON");
  }

  @Test
  void gw09_refusesDuplicateHeaderMembers() {
    assertRefused(
        tokenWithHeader("{\"alg\":\"RS256\",\"kid\":\"first\",\"alg\":\"none\"}"), "plain JSON");
  }

  @Test
  void gw09_refusesWhatIsNotUtf8() {
    String header = base64(HEADER.getBytes(UTF_8));

    assertRefused(header + "." + base64(new byte[] {'{', (byte) 0xff, '}'}) + ".AA", "plain JSON");
    assertRefused(
        header + "." + base64("{}".getBytes(java.nio.charset.StandardCharsets.UTF_16)) + ".AA",
        "plain JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b", "a.b.c.d", "Bearer x", "é.é.é", "e30=.e30=.AA"})
  void gw09_refusesWhatIsNoToken(String token) {
    assertRefused(token, "token");
  }

  @Test
  void gw09_damagedTokensAreRefusedAndNothingElse() {
    var random = new Random(7);
    String good = token(",\"groups\":[\"a\"]");
    for (int i = 0; i < 3000; i++) {
      var damaged = new StringBuilder(good);
      int at = random.nextInt(good.length());
      damaged.setCharAt(at, (char) random.nextInt(128));
      if (damaged.toString().equals(good)) {
        continue;
      }
      assertThatThrownBy(() -> verifier.verify(damaged.toString()))
          .isInstanceOf(TokenRefused.class);
    }
  }
}
