package dev.countersign.decision.credential;

import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Believes session credentials at the door of their resource, and leaves everything else to the
 * verifier of tokens.
 */
public final class CredentialVerifier implements TokenVerifier {

  private static final Logger log = LoggerFactory.getLogger(CredentialVerifier.class);

  private final TokenVerifier tokens;
  private final SessionCredentials credentials;

  public CredentialVerifier(TokenVerifier tokens, SessionCredentials credentials) {
    this.tokens = tokens;
    this.credentials = credentials;
  }

  @Override
  public VerifiedToken verify(String token) throws TokenRefused {
    if (CredentialText.isMeant(token)) {
      throw new TokenRefused("a session credential opens its resource only: a token is needed");
    }
    return tokens.verify(token);
  }

  @Override
  public VerifiedToken verify(String token, String resource) throws TokenRefused {
    if (!CredentialText.isMeant(token)) {
      return tokens.verify(token, resource);
    }
    SessionCredential credential = find(token);
    if (!credential.resource().equals(resource)) {
      throw new TokenRefused("this session credential is for another resource");
    }
    return new VerifiedToken(
        credential.subject(),
        credential.expires(),
        SignIn.UNKNOWN,
        Optional.of(new Credential(credential.id(), credential.grant())));
  }

  private SessionCredential find(String token) throws TokenRefused {
    CredentialText secret =
        CredentialText.parse(token)
            .orElseThrow(
                () -> new TokenRefused("this is no session credential, though it has cs_"));
    Optional<SessionCredential> found;
    try {
      found = credentials.find(secret);
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("session credentials cannot be checked");
      throw new TokenRefused("session credentials cannot be checked at the moment", e);
    }
    return found.orElseThrow(
        () -> new TokenRefused("this session credential has ended: it expired or was revoked"));
  }
}
