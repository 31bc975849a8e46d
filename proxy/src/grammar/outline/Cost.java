package outline;

import java.util.List;

/** How long a JVM method becomes: an estimate, in bytes, of what Endive makes of instructions. */
final class Cost {

  private static final int LOOP_BRANCH = 9;
  private static final int BRANCH = 4;
  private static final int ELSE = 3;

  private Cost() {}

  static int of(List<Instruction> instructions) {
    int sum = 0;
    for (Instruction instruction : instructions) {
      sum += of(instruction);
    }
    return sum;
  }

  static int of(Instruction instruction) {
    int sum = own(instruction);
    if (instruction.body != null) {
      sum += of(instruction.body);
    }
    if (instruction.otherwise != null) {
      sum += ELSE + of(instruction.otherwise);
    }
    return sum;
  }

  private static int own(Instruction instruction) {
    int opcode = instruction.opcode;
    return switch (opcode) {
      case Opcode.BLOCK, Opcode.LOOP -> 0;
      case Opcode.IF -> 3;
      case Opcode.BRANCH, Opcode.BRANCH_IF -> instruction.target.isLoop ? LOOP_BRANCH : BRANCH;
      case Opcode.BRANCH_TABLE -> 16 + 4 * instruction.targets.length;
      case Opcode.RETURN -> 5;
      case Opcode.CALL -> 11;
      case Opcode.CALL_INDIRECT -> 16;
      case Opcode.DROP -> 1;
      case Opcode.SELECT -> 10;
      case Opcode.LOCAL_GET, Opcode.LOCAL_SET -> 2;
      case Opcode.LOCAL_TEE, Opcode.I64_CONST -> 3;
      case Opcode.GLOBAL_GET -> 11;
      case Opcode.GLOBAL_SET -> 15;
      case Opcode.I32_CONST -> instruction.immediate.length == 1 ? 2 : 3;
      case Opcode.PREFIXED -> 12;
      default -> plain(opcode);
    };
  }

  private static int plain(int opcode) {
    if (opcode >= Opcode.FIRST_LOAD && opcode <= Opcode.LAST_STORE) {
      return 9;
    }
    if (opcode >= Opcode.I32_EQZ && opcode <= Opcode.LAST_COMPARISON) {
      return 3;
    }
    return opcode > Opcode.LAST_COMPARISON && opcode <= Opcode.LAST_NUMERIC ? 2 : 3;
  }
}
