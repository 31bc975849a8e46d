package dev.countersign.rules.verdict;

/** What happens to a command, from the mildest to the strictest: the strictest match wins. */
public enum Verdict {
  ALLOW,
  MASK,
  APPROVE,
  BLOCK;

  public Verdict strictest(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
