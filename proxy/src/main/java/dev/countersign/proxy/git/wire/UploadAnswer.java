package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a fetch in the words of protocol versions 0 and 1, made from an upstream's in
 * version 2.
 */
public final class UploadAnswer {

  private final UploadRequest request;
  private final OutputStream to;
  private final PacketWriter out;

  private UploadAnswer(UploadRequest request, OutputStream to) {
    this.request = request;
    this.to = to;
    this.out = new PacketWriter(to);
  }

  /** To a client that asks for nothing yet but to go on: nothing is known that both have. */
  public static void nothingInCommon(OutputStream to) throws IOException {
    new PacketWriter(to).text("NAK");
  }

  /**
   * Passes an answer on.
   *
   * @return bytes of the pack
   */
  public static long relay(UploadRequest request, InputStream from, OutputStream to)
      throws IOException {
    return new UploadAnswer(request, to).relay(from);
  }

  private long relay(InputStream from) throws IOException {
    if (request.done()) {
      out.text(request.haves().isEmpty() ? "NAK" : "ACK " + request.haves().getLast());
      return pack(from);
    }
    PacketReader in = new PacketReader(from, PacketReader.Version.V2);
    if (!(in.next() instanceof Packet.Line line)
        || !FetchAnswer.sectionOrError(line, out).equals("acknowledgments")) {
      throw new GitWireException("the upstream answers with a pack before it was asked for one");
    }
    return acknowledged(in, from);
  }

  private long acknowledged(PacketReader in, InputStream from) throws IOException {
    List<String> common = new ArrayList<>();
    boolean ready = false;
    Packet packet = in.next();
    while (packet instanceof Packet.Line line) {
      String text = line.text();
      if (text.startsWith("ACK ")) {
        common.add(ObjectName.read(text.substring("ACK ".length())).hex());
      } else if (text.equals("ready")) {
        ready = true;
      } else if (!text.equals("NAK")) {
        throw new GitWireException("the upstream's acknowledgments are not understood");
      }
      packet = in.next();
    }
    if (!request.has(UploadRequest.DETAILED)) {
      out.text(common.isEmpty() ? "NAK" : "ACK " + common.getFirst());
      return 0;
    }
    for (String each : common) {
      out.text("ACK " + each + " common");
    }
    String last = common.isEmpty() ? request.haves().getLast().hex() : common.getLast();
    if (ready) {
      out.text("ACK " + last + " ready");
    }
    out.text("NAK");
    if (!ready || !request.has(UploadRequest.NO_DONE)) {
      // The client asks again, with "done".
      return 0;
    }
    out.text("ACK " + last);
    return pack(from);
  }

  private long pack(InputStream from) throws IOException {
    if (request.has(UploadRequest.SIDE_BAND)) {
      return FetchAnswer.relayPack(from, out);
    }
    return FetchAnswer.pack(from, said -> {}).transferTo(to);
  }
}
