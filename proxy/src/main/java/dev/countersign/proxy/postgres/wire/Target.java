package dev.countersign.proxy.postgres.wire;

/** What Describe and Close speak of: a statement or a portal. */
public enum Target {
  STATEMENT('S'),
  PORTAL('P');

  private final char code;

  Target(char code) {
    this.code = code;
  }

  char code() {
    return code;
  }

  static Target decode(WireReader in) {
    return switch ((char) in.int8()) {
      case 'S' -> STATEMENT;
      case 'P' -> PORTAL;
      default -> throw new WireException.Malformed("neither a statement nor a portal");
    };
  }
}
