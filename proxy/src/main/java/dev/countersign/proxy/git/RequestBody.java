package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.CappedInput;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.git.wire.GitWireException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The body of a request, unpacked if it came as gzip, and never more of it than is taken. */
final class RequestBody {

  private static final int BUFFER = 1 << 16;

  /** A body that unpacks to more than this many times itself is no git conversation. */
  private static final int RATIO = 100;

  private static final String NONE = "the body says that it is gzip, and is none, or not whole";

  private RequestBody() {}

  /**
   * Opens it.
   *
   * @param limit in bytes, unpacked
   */
  static InputStream of(HttpExchange exchange, long limit) throws IOException, GitRefusedException {
    Optional<String> encoding = exchange.headers().first("Content-Encoding");
    InputStream raw = exchange.body(limit);
    if (encoding.isEmpty() || encoding.get().equals("identity")) {
      return new BufferedInputStream(raw, BUFFER);
    }
    if (exchange.headers().values("Content-Encoding").size() != 1
        || (!encoding.get().equals("gzip") && !encoding.get().equals("x-gzip"))) {
      throw new GitRefusedException(
          "GIT-ENCODING", "a body can come as it is or as gzip, in no other encoding");
    }
    CappedInput packed = new CappedInput(raw, Long.MAX_VALUE);
    try {
      return new BufferedInputStream(
          new Unpacked(new GZIPInputStream(packed, BUFFER), limit, packed), BUFFER);
    } catch (ZipException | EOFException e) {
      throw new GitRefusedException("GIT-ENCODING", NONE);
    }
  }

  private static final class Unpacked extends CappedInput {

    private final long limit;
    private final CappedInput packed;

    Unpacked(InputStream in, long limit, CappedInput packed) {
      super(in, limit);
      this.limit = limit;
      this.packed = packed;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read;
      try {
        read = super.read(into, from, length);
      } catch (ZipException | EOFException e) {
        throw new GitWireException(NONE);
      }
      if (count() > (1 << 20) && count() / RATIO > packed.count()) {
        throw new BodyTooLargeException(limit);
      }
      return read;
    }
  }
}
