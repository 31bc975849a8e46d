package outline;

import java.util.ArrayList;
import java.util.List;

/** An instruction; a structured one holds its instructions. Branches point to labels. */
final class Instruction {

  /** The block type of a block without parameters and results. */
  static final int NO_RESULT = -64;

  final int opcode;

  /** Operands that are only copied. */
  byte[] immediate;

  /** Of a call, local or global; of a prefixed instruction its second byte. */
  int index;

  Label target;
  Label[] targets;

  /** Of a block, loop or if. */
  Label label;

  int blockType;
  List<Instruction> body;
  List<Instruction> otherwise;

  /** Locals, as bits, that are needed after it. */
  long liveAfter;

  Instruction(int opcode) {
    this.opcode = opcode;
  }

  static Instruction of(int opcode) {
    return new Instruction(opcode);
  }

  static Instruction of(int opcode, int index) {
    Instruction instruction = new Instruction(opcode);
    instruction.index = index;
    return instruction;
  }

  static Instruction get(int local) {
    return of(Opcode.LOCAL_GET, local);
  }

  static Instruction set(int local) {
    return of(Opcode.LOCAL_SET, local);
  }

  static Instruction constant(int value) {
    Instruction instruction = new Instruction(Opcode.I32_CONST);
    ByteWriter bytes = new ByteWriter();
    bytes.signed(value);
    instruction.immediate = bytes.toByteArray();
    return instruction;
  }

  static Instruction branch(Label target) {
    return branch(Opcode.BRANCH, target);
  }

  static Instruction branchIf(Label target) {
    return branch(Opcode.BRANCH_IF, target);
  }

  private static Instruction branch(int opcode, Label target) {
    Instruction instruction = new Instruction(opcode);
    instruction.target = target;
    return instruction;
  }

  static Instruction branchTable(Label... targets) {
    Instruction instruction = new Instruction(Opcode.BRANCH_TABLE);
    instruction.targets = targets;
    return instruction;
  }

  static Instruction block(Label label, List<Instruction> body) {
    return structured(Opcode.BLOCK, label, body);
  }

  static Instruction loop(Label label, List<Instruction> body) {
    return structured(Opcode.LOOP, label, body);
  }

  static Instruction when(List<Instruction> body) {
    return structured(Opcode.IF, Label.block(), body);
  }

  private static Instruction structured(int opcode, Label label, List<Instruction> body) {
    Instruction instruction = new Instruction(opcode);
    instruction.blockType = NO_RESULT;
    instruction.label = label;
    instruction.body = body;
    return instruction;
  }

  static List<Instruction> list(Instruction... instructions) {
    return new ArrayList<>(List.of(instructions));
  }

  boolean isPlainBlock() {
    return opcode == Opcode.BLOCK && blockType == NO_RESULT;
  }

  /** Whether nothing after it in the same body is reached. */
  boolean endsFlow() {
    return opcode == Opcode.UNREACHABLE
        || opcode == Opcode.BRANCH
        || opcode == Opcode.BRANCH_TABLE
        || opcode == Opcode.RETURN;
  }
}
