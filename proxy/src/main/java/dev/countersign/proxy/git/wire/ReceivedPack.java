package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A pack that was taken from a stream to the disk, byte for byte: measured, and what its end says
 * it is.
 *
 * @param checksum what it ends with, which can be forged
 * @param sha256 of all of it, in hex: what names it
 * @param end where its objects end
 * @param held bytes that one thread has to hold at once to resolve its deltas
 */
@SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
public record ReceivedPack(byte[] checksum, String sha256, long end, long held) {

  private static final int BUFFER = 64 << 10;

  /** What is known of one while it comes in. */
  private static final class Arrival {

    private final MessageDigest own;
    private final MessageDigest all = Digests.sha256();
    private final byte[] trailer;
    private int trailing;

    Arrival(ObjectFormat format) {
      own = format.digest();
      trailer = new byte[format.bytes()];
    }

    /**
     * Takes what follows.
     *
     * @param objects how much of it is before the end of the objects
     */
    void take(byte[] bytes, int objects, int count) throws GitWireException {
      own.update(bytes, 0, objects);
      all.update(bytes, 0, count);
      if (count - objects > trailer.length - trailing) {
        throw new GitWireException("something follows it");
      }
      System.arraycopy(bytes, objects, trailer, trailing, count - objects);
      trailing += count - objects;
    }

    void check() throws GitWireException {
      if (trailing < trailer.length) {
        throw new GitWireException("it ends early");
      }
      if (!Arrays.equals(own.digest(), trailer)) {
        throw new GitWireException("its bytes are not those that its checksum is of");
      }
    }
  }

  /**
   * Takes one, to the end of the stream.
   *
   * @param format how its objects are named
   * @param sink is told of each of them
   * @throws GitWireException if it is none, or beyond the limits
   */
  public static ReceivedPack take(
      InputStream in,
      Path file,
      ObjectFormat format,
      PackLimits limits,
      Deadline deadline,
      MeasuredPack.Sink sink)
      throws IOException {
    InputStream whole = PackHeader.check(in, limits.objects());
    Arrival arrival = new Arrival(format);
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = Files.newOutputStream(file);
        MeasuredPack pack = new MeasuredPack(limits.outline(), format, sink)) {
      for (int count = whole.read(buffer); count >= 0; count = whole.read(buffer)) {
        deadline.check();
        arrival.take(buffer, pack.measure(buffer, count), count);
        out.write(buffer, 0, count);
      }
      arrival.check();
      return new ReceivedPack(
          arrival.trailer, HexFormat.of().formatHex(arrival.all.digest()), pack.end(), pack.held());
    }
  }
}
