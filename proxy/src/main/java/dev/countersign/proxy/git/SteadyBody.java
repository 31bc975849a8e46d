package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.GitWireException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a client sends while it has a turn. Where others wait for one, it may not come a few bytes
 * at a time: two subjects could keep all turns so, for as long as a pack may take.
 */
final class SteadyBody extends FilterInputStream {

  /** How long it is waited for altogether before that counts: clients think before they send. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private static final long BYTES_A_SECOND = 16 << 10;

  private final BooleanSupplier othersWait;
  private final LongSupplier nanos;
  private long waited;
  private long count;

  /**
   * @param othersWait whether somebody else waits for the turn now
   */
  SteadyBody(InputStream in, BooleanSupplier othersWait, LongSupplier nanos) {
    super(in);
    this.othersWait = requireNonNull(othersWait, "othersWait");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    long began = nanos.getAsLong();
    int read = super.read(into, from, length);
    waited += nanos.getAsLong() - began;
    count += Math.max(0, read);
    long due = TimeUnit.NANOSECONDS.toSeconds(Math.max(0, waited - PATIENCE)) * BYTES_A_SECOND;
    if (read > 0 && count < due && othersWait.getAsBoolean()) {
      throw new GitWireException.TooMuch(
          "the push comes too slowly while others wait for their turn; push again later");
    }
    return read;
  }
}
