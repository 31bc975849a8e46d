package dev.countersign.rules.pack;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Verdict;
import java.util.Set;

/**
 * What a rule of a pack asks for.
 *
 * @param rule the rule's name
 * @param pack the name of its file
 * @param verdict approve or block
 * @param approvers one of these groups must say yes; empty for a block
 */
record Finding(
    String rule, String pack, Verdict verdict, Set<String> approvers, String reason, String hint) {

  Finding {
    requireNonNull(rule, "rule");
    requireNonNull(pack, "pack");
    requireNonNull(verdict, "verdict");
    approvers = Set.copyOf(approvers);
    requireNonNull(reason, "reason");
    requireNonNull(hint, "hint");
  }
}
