package outline;

import java.util.List;

/**
 * Where emscripten puts things: static data, then the stack, which grows down, then the heap. The
 * package reserves a stack far larger than any JVM thread's, and all of the memory is zeroed for
 * each instance: this makes the stack smaller and moves the start of the heap down.
 *
 * <p>That start is in three places: the initial stack pointer, one constant of the code, and one
 * word of the data. A module in which it is elsewhere too is refused.
 */
final class MemoryLayout {

  private static final int ALIGNMENT = 16;
  private static final int PAGE = 65_536;

  private static final int STACK_POINTER = 0;

  private final Module module;
  private final int heapBefore;
  private final int heapAfter;
  private final int pages;

  /**
   * A smaller layout.
   *
   * @param stackBefore bytes of the stack as the package has it
   * @param stackAfter bytes of the stack to leave
   * @param pages pages of the memory at the start
   */
  MemoryLayout(Module module, int stackBefore, int stackAfter, int pages) {
    this.module = module;
    this.pages = pages;
    this.heapBefore = module.globals.get(STACK_POINTER);
    this.heapAfter = heapBefore - stackBefore + stackAfter;
    if (heapAfter % ALIGNMENT != 0 || heapAfter > pages * PAGE) {
      throw new IllegalStateException("the heap cannot start at " + heapAfter);
    }
  }

  int pages() {
    return pages;
  }

  void moveInCode() {
    module.globals.set(STACK_POINTER, heapAfter);
    for (Function function : module.functions) {
      function.isChanged |= move(function.body);
    }
  }

  private boolean move(List<Instruction> instructions) {
    boolean isMoved = false;
    for (Instruction instruction : instructions) {
      if (instruction.opcode == Opcode.I32_CONST
          && new ByteReader(instruction.immediate, 0).signed() == heapBefore) {
        instruction.immediate = Instruction.constant(heapAfter).immediate;
        isMoved = true;
      }
      if (instruction.body != null) {
        isMoved |= move(instruction.body);
      }
      if (instruction.otherwise != null) {
        isMoved |= move(instruction.otherwise);
      }
    }
    return isMoved;
  }

  byte[] moveInData(byte[] data) {
    int found = 0;
    for (int at = 0; at + Integer.BYTES <= data.length; at++) {
      if (word(data, at) == heapBefore) {
        found++;
        for (int i = 0; i < Integer.BYTES; i++) {
          data[at + i] = (byte) (heapAfter >>> Byte.SIZE * i);
        }
      }
    }
    if (found != 1) {
      throw new IllegalStateException("the start of the heap is " + found + " times in the data");
    }
    return data;
  }

  private static int word(byte[] data, int at) {
    return data[at] & 0xff
        | (data[at + 1] & 0xff) << 8
        | (data[at + 2] & 0xff) << 16
        | (data[at + 3] & 0xff) << 24;
  }
}
