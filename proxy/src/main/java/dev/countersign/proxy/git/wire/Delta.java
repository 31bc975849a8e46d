package dev.countersign.proxy.git.wire;

/**
 * How an object is made of another one.
 *
 * <pre>
 * base-size result-size (copy: 1sssoooo [offset] [size] | insert: 0nnnnnnn byte{n})*
 * </pre>
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack#_deltified_representation">Deltified
 *     representation</a>
 */
public final class Delta {

  /** What a copy without a size stands for. */
  private static final int WHOLE_BLOCK = 0x10000;

  private final byte[] delta;
  private int at;

  private Delta(byte[] delta) {
    this.delta = delta;
  }

  /**
   * Makes it.
   *
   * @param largest what is made at most
   */
  public static byte[] apply(byte[] base, byte[] delta, long largest) throws GitWireException {
    return new Delta(delta).apply(base, largest);
  }

  private byte[] apply(byte[] base, long largest) throws GitWireException {
    if (number() != base.length) {
      throw new GitWireException("a delta of the pack is of another object than it says");
    }
    int size = number();
    if (size > largest) {
      throw GitWireException.TooMuch.object(largest);
    }
    byte[] result = new byte[size];
    int filled = 0;
    while (at < delta.length) {
      int command = next();
      boolean copies = command >= 0x80;
      int from = copies ? field(command, 4) : at;
      int length = copies ? field(command >> 4, 3) : command;
      if (copies && length == 0) {
        length = WHOLE_BLOCK;
      }
      byte[] source = copies ? base : delta;
      if (length == 0
          || from < 0
          || length > source.length - from
          || length > result.length - filled) {
        throw new GitWireException("a delta of the pack cannot be applied");
      }
      System.arraycopy(source, from, result, filled, length);
      filled += length;
      at += copies ? 0 : length;
    }
    if (filled != result.length) {
      throw new GitWireException("a delta of the pack makes less than it says");
    }
    return result;
  }

  private int next() throws GitWireException {
    if (at == delta.length) {
      throw new GitWireException("a delta of the pack ends early");
    }
    return delta[at++] & 0xff;
  }

  /** A number of which only the bytes are there that are not zero, the lowest first. */
  private int field(int present, int most) throws GitWireException {
    int value = 0;
    for (int i = 0; i < most; i++) {
      if (((present >> i) & 1) != 0) {
        value |= next() << (8 * i);
      }
    }
    return value;
  }

  private int number() throws GitWireException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = next();
      value |= (long) (b & 127) << shift;
      if (b < 128 && value <= Integer.MAX_VALUE - 8) {
        return (int) value;
      }
      if (b < 128) {
        break;
      }
    }
    throw new GitWireException("the pack has a number in it that is too large");
  }
}
