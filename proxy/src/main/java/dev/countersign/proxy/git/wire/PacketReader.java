package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads pkt-lines; never a byte more than they have, so that a pack behind them stays whole. */
public final class PacketReader {

  /** Which lengths have a meaning. */
  public enum Version {
    /** Versions 0 and 1: no mark but the flush. */
    V0,
    V2
  }

  private final InputStream in;
  private final Version version;

  public PacketReader(InputStream in, Version version) {
    this.in = requireNonNull(in, "in");
    this.version = requireNonNull(version, "version");
  }

  /**
   * The next one.
   *
   * @throws EOFException if there is none, or not a whole one
   * @throws GitWireException if it is none
   */
  public Packet next() throws IOException {
    return nextIfAny()
        .orElseThrow(() -> new EOFException("the conversation ends where a pkt-line should begin"));
  }

  /**
   * The next one; empty where the conversation ends before it.
   *
   * @throws EOFException if it is not whole
   * @throws GitWireException if it is none
   */
  public Optional<Packet> nextIfAny() throws IOException {
    int first = in.read();
    return first < 0 ? Optional.empty() : Optional.of(packet(length(first)));
  }

  private Packet packet(int length) throws IOException {
    return switch (length) {
      case 0 -> Packet.Mark.FLUSH;
      case 1 -> mark(Packet.Mark.DELIMITER);
      case 2 -> mark(Packet.Mark.RESPONSE_END);
      case 3 -> throw new GitWireException("a pkt-line says it is 3 bytes long");
      default -> {
        if (length > Packet.MAX_LENGTH) {
          throw new GitWireException("a pkt-line says it is " + length + " bytes long");
        }
        byte[] payload = in.readNBytes(length - 4);
        if (payload.length != length - 4) {
          throw new EOFException("a pkt-line ends early");
        }
        yield new Packet.Line(payload);
      }
    };
  }

  private Packet mark(Packet.Mark mark) throws GitWireException {
    if (version == Version.V0) {
      throw new GitWireException("a mark of protocol version 2 where version 2 is not spoken");
    }
    return mark;
  }

  private int length(int first) throws IOException {
    int length = digit(first);
    for (int i = 1; i < 4; i++) {
      int digit = in.read();
      if (digit < 0) {
        throw new EOFException("the conversation ends within the length of a pkt-line");
      }
      length = length << 4 | digit(digit);
    }
    return length;
  }

  private static int digit(int c) throws GitWireException {
    int value = hexDigit(c);
    if (value < 0) {
      throw new GitWireException("a pkt-line does not begin with its length");
    }
    return value;
  }

  /** ASCII only: Character.digit would take other alphabets' digits. */
  static int hexDigit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
