package dev.countersign.rules.pack;

import dev.countersign.rules.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The only thing a rule of a pack can do: say what it found. For one thread. */
public final class Findings {

  private static final int MOST_POINTS = 1_000;

  private final Set<Finding> all = new LinkedHashSet<>();
  private final Map<String, Integer> points = new LinkedHashMap<>();
  private String pack = "";
  private String rule = "";
  private boolean scored;

  Findings() {}

  void clear() {
    all.clear();
    points.clear();
    scored = false;
  }

  /** The rule that is about to speak. */
  void speaks(String inPack, String named) {
    pack = inPack;
    rule = named;
  }

  Set<Finding> all() {
    return all;
  }

  int score() {
    return points.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** No more points are given; who speaks from now on speaks of the score. */
  void scored() {
    scored = true;
  }

  /** The command must not run. */
  public void block(String reason, String hint) {
    all.add(new Finding(rule, pack, Verdict.BLOCK, Set.of(), because(reason), hint));
  }

  /**
   * Somebody of that group must say yes.
   *
   * @param approvers the group's name
   */
  public void approve(String approvers, String reason, String hint) {
    all.add(new Finding(rule, pack, Verdict.APPROVE, Set.of(approvers), because(reason), hint));
  }

  /**
   * Something is remarkable, though it decides nothing by itself. A reason counts once.
   *
   * @param number how remarkable, from 1 to 1000
   */
  public void points(int number, String reason) {
    if (!scored) {
      points.merge(reason, Math.clamp(number, 0, MOST_POINTS), Math::max);
    }
  }

  /** A rule over the score tells what the score is made of. */
  private String because(String reason) {
    return !scored ? reason : reason + " (" + score() + " points: " + made() + ")";
  }

  private String made() {
    return String.join(
        ", ", points.entrySet().stream().map(of -> of.getKey() + " " + of.getValue()).toList());
  }
}
