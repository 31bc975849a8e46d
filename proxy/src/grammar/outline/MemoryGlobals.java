package outline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the module's globals in its memory. The runtime has an object for each, found by way of two
 * lists: eight reads where the memory takes three, at both ends of every function that has
 * something on the stack.
 *
 * <p>They are at the end of what emscripten leaves free before the static data.
 */
final class MemoryGlobals {

  private static final int STATIC_DATA = 1024;

  /** What a segment of data begins with that is there from the start. */
  private static final int ACTIVE = 0;

  private final Module module;
  private final int start;

  /** For a module that gets no more globals. */
  MemoryGlobals(Module module) {
    this.module = module;
    start = STATIC_DATA - Integer.BYTES * module.globals.size();
    if (start < STATIC_DATA / 2) {
      throw new IllegalStateException("no room for " + module.globals.size() + " globals");
    }
  }

  void moveInCode() {
    for (Function function : module.functions) {
      function.body = move(function, function.body);
    }
  }

  private List<Instruction> move(Function function, List<Instruction> body) {
    List<Instruction> moved = new ArrayList<>(body.size());
    for (Instruction instruction : body) {
      switch (instruction.opcode) {
        case Opcode.GLOBAL_GET -> {
          moved.add(Instruction.constant(0));
          moved.add(access(Opcode.I32_LOAD, instruction.index));
          function.isChanged = true;
        }
        case Opcode.GLOBAL_SET -> {
          int value = take(function, moved);
          moved.add(Instruction.constant(0));
          moved.add(Instruction.get(value));
          moved.add(access(Opcode.I32_STORE, instruction.index));
          function.isChanged = true;
        }
        default -> {
          if (instruction.body != null) {
            instruction.body = move(function, instruction.body);
          }
          if (instruction.otherwise != null) {
            instruction.otherwise = move(function, instruction.otherwise);
          }
          moved.add(instruction);
        }
      }
    }
    return moved;
  }

  /** Takes the value from the operand stack into a local: the address goes below it. */
  private static int take(Function function, List<Instruction> before) {
    int opcode = before.isEmpty() ? Opcode.NOP : before.getLast().opcode;
    if (opcode == Opcode.LOCAL_GET) {
      return before.removeLast().index;
    }
    int local;
    if (opcode == Opcode.LOCAL_TEE) {
      local = before.removeLast().index;
    } else {
      local = function.locals.size();
      function.locals.add(Function.I32);
    }
    before.add(Instruction.set(local));
    return local;
  }

  private Instruction access(int opcode, int global) {
    Instruction instruction = new Instruction(opcode);
    ByteWriter operands = new ByteWriter();
    // Any alignment, and the offset to address 0.
    operands.unsigned(0);
    operands.unsigned(start + Integer.BYTES * global);
    instruction.immediate = operands.toByteArray();
    return instruction;
  }

  /** Writes the segment of data that they begin with. */
  void write(ByteWriter out) {
    out.unsigned(ACTIVE);
    out.write(Opcode.I32_CONST);
    out.signed(start);
    out.write(Opcode.END);
    ByteBuffer values =
        ByteBuffer.allocate(Integer.BYTES * module.globals.size()).order(ByteOrder.LITTLE_ENDIAN);
    module.globals.forEach(values::putInt);
    out.unsigned(values.capacity());
    out.writeBytes(values.array());
  }
}
