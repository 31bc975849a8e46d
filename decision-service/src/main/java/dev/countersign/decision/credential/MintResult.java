package dev.countersign.decision.credential;

/** What comes of asking for a session credential. */
public sealed interface MintResult {

  /**
   * It was minted.
   *
   * @param secret what the client presents; the only time it is told
   */
  record Minted(SessionCredential credential, String secret) implements MintResult {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Minted[" + credential.id() + "]";
    }
  }

  /** It was not; the message is for whoever asks. */
  record Refused(String message, String hint) implements MintResult {}
}
