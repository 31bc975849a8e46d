package dev.countersign.proxy.git.wire;

import java.io.IOException;

/**
 * Bytes that are no git protocol, or more of it than is taken. The message is fit for the client.
 */
public class GitWireException extends IOException {

  private static final long serialVersionUID = 1;

  /** A pack that is understood, but is more than is taken. */
  public static final class TooMuch extends GitWireException {

    private static final long serialVersionUID = 1;

    public TooMuch(String message) {
      super(message);
    }

    /**
     * Of one object.
     *
     * @param largest bytes that are taken
     */
    public static TooMuch object(long largest) {
      return new TooMuch("an object of the push is larger than " + largest + " bytes");
    }
  }

  /** A pack that is made for somebody who has more than there is. */
  public static final class Incomplete extends GitWireException {

    private static final long serialVersionUID = 1;

    public Incomplete(String message) {
      super(message);
    }
  }

  /** What an upstream says in place of an answer. */
  public static final class Said extends GitWireException {

    private static final long serialVersionUID = 1;

    public Said(String words) {
      super("the upstream refuses: " + PlainText.line(words));
    }
  }

  public GitWireException(String message) {
    super(message);
  }
}
