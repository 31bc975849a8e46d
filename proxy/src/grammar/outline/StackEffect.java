package outline;

/** By how many values an instruction makes the operand stack higher. */
final class StackEffect {

  private final Module module;

  StackEffect(Module module) {
    this.module = module;
  }

  int of(Instruction instruction) {
    int opcode = instruction.opcode;
    return switch (opcode) {
      case Opcode.NOP, Opcode.LOCAL_TEE, Opcode.MEMORY_GROW -> 0;
      case Opcode.BLOCK, Opcode.LOOP -> results(instruction);
      case Opcode.IF -> results(instruction) - 1;
      case Opcode.BRANCH_IF, Opcode.DROP, Opcode.LOCAL_SET, Opcode.GLOBAL_SET -> -1;
      case Opcode.CALL -> ofCall(module.functionTypes.get(instruction.index));
      case Opcode.CALL_INDIRECT -> ofCall(instruction.index) - 1;
      case Opcode.SELECT, Opcode.SELECT_TYPED -> -2;
      case Opcode.LOCAL_GET, Opcode.GLOBAL_GET, Opcode.MEMORY_SIZE -> 1;
      case Opcode.PREFIXED -> ofPrefixed(instruction.index);
      default -> ofPlain(opcode);
    };
  }

  private int results(Instruction block) {
    if (block.blockType < 0) {
      return block.blockType == Instruction.NO_RESULT ? 0 : 1;
    }
    return module.types.get(block.blockType).results().size();
  }

  private int ofCall(int type) {
    Module.Type signature = module.types.get(type);
    return signature.results().size() - signature.parameters().size();
  }

  private static int ofPrefixed(int operation) {
    return operation <= Opcode.LAST_SATURATING || operation == Opcode.DATA_DROP ? 0 : -3;
  }

  private static int ofPlain(int opcode) {
    if (opcode >= Opcode.FIRST_LOAD && opcode <= Opcode.LAST_LOAD) {
      return 0;
    }
    if (opcode >= Opcode.FIRST_STORE && opcode <= Opcode.LAST_STORE) {
      return -2;
    }
    if (opcode >= Opcode.I32_CONST && opcode <= Opcode.F64_CONST) {
      return 1;
    }
    return isBinary(opcode) ? -1 : 0;
  }

  private static boolean isBinary(int opcode) {
    if (opcode <= Opcode.LAST_COMPARISON) {
      return opcode != Opcode.I32_EQZ && opcode != Opcode.I64_EQZ;
    }
    return isIn(opcode, Opcode.LAST_I32_COUNT, Opcode.LAST_I32_BINARY)
        || isIn(opcode, Opcode.LAST_I64_COUNT, Opcode.LAST_I64_BINARY)
        || isIn(opcode, Opcode.LAST_F32_UNARY, Opcode.LAST_F32_BINARY)
        || isIn(opcode, Opcode.LAST_F64_UNARY, Opcode.LAST_F64_BINARY);
  }

  private static boolean isIn(int opcode, int after, int last) {
    return opcode > after && opcode <= last;
  }
}
