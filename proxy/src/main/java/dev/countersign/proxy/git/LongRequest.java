package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.rules.fact.Subject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * What a client asks to be sent. Most say that in a few lines; of those that name many objects,
 * which are held until they are answered, only so many are read at once.
 */
final class LongRequest extends FilterInputStream {

  /** Some twenty thousand objects. */
  private static final int SHORT = 1 << 20;

  private final Turns turns;
  private final Subject subject;
  private long count;
  private Optional<Turns.Turn> turn = Optional.empty();

  LongRequest(InputStream in, Turns turns, Subject subject) {
    super(in);
    this.turns = requireNonNull(turns, "turns");
    this.subject = requireNonNull(subject, "subject");
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    if (next >= 0) {
      counted(1);
    }
    return next;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int read = super.read(into, from, length);
    if (read > 0) {
      counted(read);
    }
    return read;
  }

  private void counted(int more) throws IOException {
    count += more;
    if (count > SHORT && turn.isEmpty()) {
      try {
        turn = turns.take(subject);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      if (turn.isEmpty()) {
        throw new GitWireException.TooMuch(
            "too many fetches that name many objects come at once; fetch again later");
      }
    }
  }

  /** Once it is answered. */
  @Override
  public void close() throws IOException {
    turn.ifPresent(Turns.Turn::close);
    super.close();
  }
}
