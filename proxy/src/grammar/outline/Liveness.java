package outline;

import java.util.List;

/** Which locals' values are still needed, as bits: computed backwards through the tree. */
final class Liveness {

  private Liveness() {}

  static void compute(Function function) {
    function.root.live = 0;
    before(function.body, 0);
  }

  /** What is needed before instructions if that is needed after them. */
  static long before(List<Instruction> instructions, long after) {
    long live = after;
    for (int i = instructions.size() - 1; i >= 0; i--) {
      Instruction instruction = instructions.get(i);
      instruction.liveAfter = live;
      live = before(instruction, live);
    }
    return live;
  }

  private static long before(Instruction instruction, long after) {
    return switch (instruction.opcode) {
      case Opcode.LOCAL_GET -> after | 1L << instruction.index;
      case Opcode.LOCAL_SET, Opcode.LOCAL_TEE -> after & ~(1L << instruction.index);
      case Opcode.BRANCH -> instruction.target.live;
      case Opcode.BRANCH_IF -> after | instruction.target.live;
      case Opcode.BRANCH_TABLE -> atAny(instruction.targets);
      case Opcode.RETURN, Opcode.UNREACHABLE -> 0;
      case Opcode.BLOCK -> {
        instruction.label.live = after;
        yield before(instruction.body, after);
      }
      case Opcode.IF -> {
        instruction.label.live = after;
        long otherwise =
            instruction.otherwise == null ? after : before(instruction.otherwise, after);
        yield before(instruction.body, after) | otherwise;
      }
      case Opcode.LOOP -> beforeLoop(instruction, after);
      default -> after;
    };
  }

  private static long atAny(Label[] targets) {
    long live = 0;
    for (Label target : targets) {
      live |= target.live;
    }
    return live;
  }

  /** What a round needs the round before must have left: until nothing is added. */
  private static long beforeLoop(Instruction loop, long after) {
    while (true) {
      long in = before(loop.body, after);
      if ((in & ~loop.label.live) == 0) {
        return loop.label.live;
      }
      loop.label.live |= in;
    }
  }
}
