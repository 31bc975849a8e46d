package dev.countersign.proxy.postgres.wire;

/** The other side does not speak the protocol. The message never holds what was received. */
public sealed class WireException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private WireException(String message) {
    super(message);
  }

  /** Bytes that are no message: a length, a count or a text that does not fit. */
  public static final class Malformed extends WireException {
    private static final long serialVersionUID = 1;

    public Malformed(String message) {
      super(message);
    }
  }

  /** A text that is not UTF-8. */
  public static final class NotUtf8 extends WireException {
    private static final long serialVersionUID = 1;

    public NotUtf8() {
      super("a text is not UTF-8");
    }
  }

  /** A message longer than the limit of its stage. */
  public static final class TooLong extends WireException {
    private static final long serialVersionUID = 1;

    public TooLong(String message) {
      super(message);
    }
  }

  /** A message that nobody may send now. */
  public static final class Unexpected extends WireException {
    private static final long serialVersionUID = 1;

    public Unexpected(String message) {
      super(message);
    }
  }
}
