package dev.countersign.rules.policy;

import java.util.List;

/** Is told what becomes of a policy's source when it changes. */
public interface PolicyListener {

  /** Another version is in force. */
  void activated(PolicyVersion version, int rows);

  /** The source was refused, and what was in force stays. One line for each fault. */
  void refused(List<String> faults);
}
