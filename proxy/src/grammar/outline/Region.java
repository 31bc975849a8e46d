package outline;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What instructions that are to move elsewhere do to their surroundings. */
final class Region {

  /** Locals, as bits, that are written in it. */
  long written;

  /** Labels of blocks inside. */
  final Set<Label> inside = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Labels outside that are branched to, in the order of their first branch. */
  final Set<Label> exits = new LinkedHashSet<>();

  /** Whether it returns from the function. */
  boolean returns;

  /** Whether it can be moved: no exit carries a value. */
  boolean isMovable = true;

  static Region of(List<Instruction> instructions) {
    Region region = new Region();
    region.scan(instructions);
    return region;
  }

  private void scan(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      switch (instruction.opcode) {
        case Opcode.LOCAL_SET, Opcode.LOCAL_TEE -> written |= 1L << instruction.index;
        case Opcode.RETURN -> returns = true;
        default -> {}
      }
      if (instruction.label != null) {
        inside.add(instruction.label);
      }
      if (instruction.target != null) {
        branchesTo(instruction.target);
      }
      if (instruction.targets != null) {
        for (Label target : instruction.targets) {
          branchesTo(target);
        }
      }
      if (instruction.body != null) {
        scan(instruction.body);
      }
      if (instruction.otherwise != null) {
        scan(instruction.otherwise);
      }
    }
  }

  private void branchesTo(Label label) {
    if (!inside.contains(label)) {
      exits.add(label);
      isMovable &= label.arity == 0 && !label.isFunction;
    }
  }
}
