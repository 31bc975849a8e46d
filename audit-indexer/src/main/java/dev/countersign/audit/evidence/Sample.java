package dev.countersign.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.index.Reading.Read;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A few things of a population, chosen as if by chance and always the same: those whose names have
 * the smallest hashes. So nobody can choose what is looked at, and everybody can check the choice.
 */
final class Sample {

  private static final int SIZE = 5;

  private final Control control;
  private final TreeMap<String, String> chosen = new TreeMap<>();
  private final Map<String, StringBuilder> told = new LinkedHashMap<>();

  Sample(Control control) {
    this.control = control;
  }

  void offer(Read read) {
    String name = name(read);
    chosen.put(Digest.hex((control.id() + "\n" + name).getBytes(UTF_8)), name);
    if (chosen.size() > SIZE) {
      chosen.pollLastEntry();
    }
  }

  /** Everything about what was chosen. */
  void tell(Read read, String line) {
    String name = name(read);
    if (chosen.containsValue(name)) {
      told.computeIfAbsent(name, any -> new StringBuilder()).append(line).append('\n');
    }
  }

  private static String name(Read read) {
    return read.decision().orElseGet(() -> "record " + read.recorded().sequence());
  }

  boolean isEmpty() {
    return chosen.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    told.forEach((name, lines) -> out.append(name).append('\n').append(lines).append('\n'));
    return out.toString();
  }
}
