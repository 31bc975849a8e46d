package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The answer to fetch, passed on section by section: what the upstream says to a human comes out
 * plain, and a section that is not known ends it.
 */
public final class FetchAnswer {

  private static final List<String> SECTIONS =
      List.of("acknowledgments", "shallow-info", "wanted-refs", "packfile");

  /** The band in which a server says why it breaks off. */
  private static final int ERROR = 3;

  private FetchAnswer() {}

  /**
   * Passes an answer on.
   *
   * @return bytes of the pack
   */
  public static long relay(InputStream from, OutputStream to) throws IOException {
    PacketReader in = new PacketReader(from, PacketReader.Version.V2);
    PacketWriter out = new PacketWriter(to);
    long pack = 0;
    String section = "";
    while (true) {
      Packet packet = in.next();
      if (packet instanceof Packet.Mark mark) {
        out.mark(mark);
        section = "";
        if (mark != Packet.Mark.DELIMITER) {
          return pack;
        }
      } else if (packet instanceof Packet.Line line) {
        if (section.isEmpty()) {
          section = sectionOrError(line, out);
          out.line(line.payload());
        } else if (section.equals("packfile")) {
          pack += banded(line.payload(), out);
        } else {
          out.line(line.payload());
        }
      }
    }
  }

  /** Tells the client, if it is none: to break off would say nothing. */
  static String sectionOrError(Packet.Line line, PacketWriter out) throws IOException {
    try {
      return section(line);
    } catch (GitWireException.Said e) {
      out.text("ERR Countersign: " + e.getMessage());
      throw e;
    }
  }

  private static String section(Packet.Line line) throws GitWireException {
    String name = line.text();
    if (name.startsWith("ERR ")) {
      throw new GitWireException.Said(name.substring(4));
    }
    if (!SECTIONS.contains(name)) {
      throw new GitWireException("the upstream answers with a section that is not known");
    }
    return name;
  }

  private static long banded(byte[] payload, PacketWriter out) throws IOException {
    if (payload.length == 0) {
      return 0;
    }
    return switch (payload[0]) {
      case 1 -> {
        out.line(payload);
        yield (long) payload.length - 1;
      }
      case 2, 3 -> {
        byte[] plain =
            PlainText.lines(new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        out.banded(payload[0], plain, 0, Math.min(plain.length, Packet.MAX_PAYLOAD - 1));
        yield 0L;
      }
      default -> throw new GitWireException("the upstream speaks in a band that does not exist");
    };
  }

  /** Passes on the pack alone, in bands. */
  static long relayPack(InputStream from, PacketWriter out) throws IOException {
    PacketReader in = new PacketReader(from, PacketReader.Version.V2);
    try {
      skipToPack(in);
    } catch (GitWireException.Said e) {
      byte[] words = ("Countersign: " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
      out.banded(ERROR, words, 0, words.length);
      throw e;
    }
    long pack = 0;
    while (in.next() instanceof Packet.Line line) {
      pack += banded(line.payload(), out);
    }
    out.flush();
    return pack;
  }

  /** The pack alone of an answer that has one. */
  public static InputStream pack(InputStream from, SidebandInput.Listener listener)
      throws IOException {
    PacketReader in = new PacketReader(from, PacketReader.Version.V2);
    skipToPack(in);
    return new SidebandInput(in, listener);
  }

  private static void skipToPack(PacketReader in) throws IOException {
    while (!(in.next() instanceof Packet.Line line && section(line).equals("packfile"))) {
      while (in.next() instanceof Packet.Line) {
        // Acknowledgments: nothing was negotiated.
      }
    }
  }
}
