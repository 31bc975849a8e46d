package dev.countersign.rules.pack;

import dev.countersign.rules.policy.PolicyRefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.stream.Stream;
import org.kie.api.KieBase;

/**
 * Packs that were found sound, as one network of rules. Any number of threads may ask; each borrows
 * a session for the time it takes.
 */
public final class Packs {

  static final int MOST_PACKS = 50;
  private static final int MOST_RULES = 500;

  /** A rule may compare all pairs of them. */
  private static final int MOST_FACTS = 1_000;

  /** More threads than this cannot ask at the same moment for long. */
  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  /** No pack: finds nothing and costs nothing. */
  public static final Packs NONE = new Packs();

  private final String id;
  private final Map<String, Map<String, Integer>> lines;
  private final Queue<PackSession> idle = new ArrayBlockingQueue<>(MOST_IDLE);
  private final Optional<KieBase> network;

  private Packs() {
    id = "";
    lines = Map.of();
    network = Optional.empty();
  }

  private Packs(String id, Map<String, Map<String, Integer>> lines, KieBase network) {
    this.id = id;
    this.lines = Map.copyOf(lines);
    this.network = Optional.of(network);
  }

  /**
   * Compiles packs.
   *
   * @throws PolicyRefusedException with file, line and words for each fault
   */
  public static Packs compile(List<Pack> packs) throws PolicyRefusedException {
    if (packs.isEmpty()) {
      return NONE;
    }
    List<String> faults = new ArrayList<>();
    if (packs.size() > MOST_PACKS) {
      throw new PolicyRefusedException(
          List.of("packs: found " + packs.size() + " files; allowed: at most " + MOST_PACKS));
    }
    PackCompiler compiler = new PackCompiler();
    Map<String, Map<String, Integer>> lines = new HashMap<>();
    for (Pack pack : packs) {
      if (pack.text().length() > Pack.LONGEST) {
        faults.add(pack.name() + ": found a longer file; allowed: " + Pack.LONGEST + " characters");
        continue;
      }
      PackText.Read read = PackText.read(pack.name(), pack.text());
      faults.addAll(read.faults());
      lines.put(pack.name(), read.rules());
      if (read.faults().isEmpty()) {
        faults.addAll(compiler.add(pack.name(), read.text()));
      }
    }
    int rules = lines.values().stream().mapToInt(Map::size).sum();
    if (rules > MOST_RULES) {
      faults.add("packs: found " + rules + " rules; allowed: at most " + MOST_RULES);
    }
    if (!faults.isEmpty()) {
      throw new PolicyRefusedException(faults);
    }
    return new Packs(
        digest(packs.stream().flatMap(pack -> Stream.of(pack.name(), pack.text())).toList()),
        lines,
        compiler.network());
  }

  /** A SHA-256 in hex over all files, their names with them; empty if there is none. */
  public String id() {
    return id;
  }

  public boolean isEmpty() {
    return network.isEmpty();
  }

  /** How many rules there are. */
  public int rules() {
    return lines.values().stream().mapToInt(Map::size).sum();
  }

  /** The line on which a rule begins. */
  int line(Finding finding) {
    return lines.getOrDefault(finding.pack(), Map.of()).getOrDefault(finding.rule(), 0);
  }

  /**
   * All that the rules find.
   *
   * @param facts what the command is and what its subject did
   * @throws RuntimeException if a rule fails or there are too many facts; then nothing is known
   */
  Set<Finding> ask(List<? extends Record> facts) {
    if (network.isEmpty()) {
      return Set.of();
    }
    if (facts.size() > MOST_FACTS) {
      throw new IllegalArgumentException("more than " + MOST_FACTS + " facts for the packs");
    }
    PackSession borrowed = idle.poll();
    PackSession session = borrowed == null ? new PackSession(network.get()) : borrowed;
    Set<Finding> found;
    try {
      found = session.ask(facts);
    } catch (RuntimeException broken) {
      session.dispose();
      throw broken;
    }
    if (!idle.offer(session)) {
      session.dispose();
    }
    return found;
  }

  /** A SHA-256 in hex; each text is preceded by its length. */
  static String digest(List<String> texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
