package dev.countersign.audit.exposure;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values of one command that went through guarded columns. Holds each of them once, and never
 * more than {@link #MOST}; of what is beyond that it only says that there was more. Not
 * thread-safe.
 */
public final class ExposedValues {

  /** So many different values of a command are digested, in all its columns together. */
  public static final int MOST = 10_000;

  /** Of them all, so much is kept until the command ends. */
  private static final int MOST_CHARACTERS = 4 << 20;

  private record Column(String name, boolean masked) {}

  private static final class Seen {
    final Set<String> values = new HashSet<>();
    final List<byte[]> digests = new ArrayList<>();
    boolean complete = true;
  }

  private final ExposureKey key;
  private final ExposureKey.Digester digester;
  private final Map<Column, Seen> columns = new LinkedHashMap<>();
  private int room = MOST;
  private int characters = MOST_CHARACTERS;

  public ExposedValues(ExposureKey key) {
    this.key = requireNonNull(key, "key");
    digester = key.digester();
  }

  /**
   * A value goes to the client.
   *
   * @param column where it comes from
   * @param masked whether the client gets something else instead
   */
  public void add(String column, boolean masked, String value) {
    Seen seen = seen(column, masked);
    if (!hasRoom() || value.length() > FoldedValue.LONGEST) {
      seen.complete &= seen.values.contains(value);
    } else if (seen.values.add(value)) {
      FoldedValue folded = FoldedValue.of(value);
      if (!folded.text().isEmpty()) {
        room--;
        characters -= value.length();
        seen.digests.add(digester.digest(folded));
      }
    }
  }

  /** Values go to the client that nobody looks at. */
  public void addUnseen(String column, boolean masked) {
    seen(column, masked).complete = false;
  }

  private Seen seen(String column, boolean masked) {
    return columns.computeIfAbsent(new Column(column, masked), any -> new Seen());
  }

  /** Whether more values can be remembered. */
  public boolean hasRoom() {
    return room > 0 && characters > 0;
  }

  /** What the journal is told of it; columns without a value are left out. */
  public List<Event.ValuesExposed> events(SessionId session, long command) {
    List<Event.ValuesExposed> events = new ArrayList<>();
    columns.forEach(
        (column, seen) -> {
          if (!seen.digests.isEmpty() || !seen.complete) {
            events.add(
                new Event.ValuesExposed(
                    session,
                    command,
                    key.name(),
                    column.name(),
                    column.masked(),
                    joined(seen.digests),
                    seen.complete));
          }
        });
    return events;
  }

  /** In an order that says nothing of the order of the rows. */
  private static String joined(List<byte[]> digests) {
    ByteBuffer all = ByteBuffer.allocate(digests.size() * ExposureKey.DIGEST);
    digests.stream().sorted(Arrays::compareUnsigned).forEach(all::put);
    return Base64.getEncoder().encodeToString(all.array());
  }
}
