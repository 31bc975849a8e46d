package outline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes a module: what has not changed is copied. */
final class ModuleWriter {

  private static final int FUNCTION_TYPE = 0x60;
  private static final int HAS_MAXIMUM = 1;

  private final Module module;
  private final MemoryLayout layout;
  private final MemoryGlobals globals;

  ModuleWriter(Module module, MemoryLayout layout, MemoryGlobals globals) {
    this.module = module;
    this.layout = layout;
    this.globals = globals;
  }

  byte[] write() {
    ByteWriter out = new ByteWriter();
    out.writeBytes(Arrays.copyOf(module.bytes, ModuleReader.HEADER_LENGTH));
    for (Module.Section section : module.sections) {
      byte[] content = content(section);
      out.write(section.id());
      out.unsigned(content.length);
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  private byte[] content(Module.Section section) {
    byte[] before =
        Arrays.copyOfRange(module.bytes, section.start(), section.start() + section.length());
    return switch (section.id()) {
      case ModuleReader.TYPES -> types();
      case ModuleReader.FUNCTIONS -> functions();
      case ModuleReader.MEMORY -> memory(before);
      case ModuleReader.CODE -> code();
      case ModuleReader.DATA -> data(layout.moveInData(before));
      case ModuleReader.DATA_COUNT -> oneMore(before).toByteArray();
      default -> before;
    };
  }

  private byte[] types() {
    ByteWriter out = new ByteWriter();
    out.unsigned(module.types.size());
    for (Module.Type type : module.types) {
      out.write(FUNCTION_TYPE);
      valueTypes(type.parameters(), out);
      valueTypes(type.results(), out);
    }
    return out.toByteArray();
  }

  private static void valueTypes(List<Integer> types, ByteWriter out) {
    out.unsigned(types.size());
    types.forEach(out::write);
  }

  private byte[] functions() {
    ByteWriter out = new ByteWriter();
    out.unsigned(module.functions.size());
    module.functions.forEach(function -> out.unsigned(function.type));
    return out.toByteArray();
  }

  private byte[] memory(byte[] before) {
    ByteReader in = new ByteReader(before, 0);
    ByteWriter out = new ByteWriter();
    out.unsigned(in.unsigned());
    int flags = in.unsigned();
    in.unsigned();
    out.unsigned(flags);
    out.unsigned(layout.pages());
    if ((flags & HAS_MAXIMUM) != 0) {
      out.unsigned(in.unsigned());
    }
    return out.toByteArray();
  }

  private byte[] data(byte[] before) {
    ByteWriter out = oneMore(before);
    globals.write(out);
    return out.toByteArray();
  }

  private static ByteWriter oneMore(byte[] before) {
    ByteReader in = new ByteReader(before, 0);
    ByteWriter out = new ByteWriter();
    out.unsigned(in.unsigned() + 1L);
    out.write(before, in.position(), before.length - in.position());
    return out;
  }

  private byte[] code() {
    ByteWriter out = new ByteWriter();
    out.unsigned(module.functions.size());
    for (Function function : module.functions) {
      byte[] body = function.isChanged ? body(function) : function.original;
      out.unsigned(body.length);
      out.writeBytes(body);
    }
    return out.toByteArray();
  }

  private static byte[] body(Function function) {
    ByteWriter out = new ByteWriter();
    List<int[]> runs = new ArrayList<>();
    for (int type : function.locals.subList(function.parameters, function.locals.size())) {
      if (!runs.isEmpty() && runs.getLast()[1] == type) {
        runs.getLast()[0]++;
      } else {
        runs.add(new int[] {1, type});
      }
    }
    out.unsigned(runs.size());
    for (int[] run : runs) {
      out.unsigned(run[0]);
      out.write(run[1]);
    }
    List<Label> labels = new ArrayList<>(List.of(function.root));
    instructions(function.body, labels, out);
    out.write(Opcode.END);
    return out.toByteArray();
  }

  private static void instructions(
      List<Instruction> instructions, List<Label> labels, ByteWriter out) {
    for (Instruction instruction : instructions) {
      out.write(instruction.opcode);
      switch (instruction.opcode) {
        case Opcode.BLOCK, Opcode.LOOP, Opcode.IF -> {
          out.signed(instruction.blockType);
          labels.add(instruction.label);
          instructions(instruction.body, labels, out);
          if (instruction.otherwise != null) {
            out.write(Opcode.ELSE);
            instructions(instruction.otherwise, labels, out);
          }
          out.write(Opcode.END);
          labels.removeLast();
        }
        case Opcode.BRANCH, Opcode.BRANCH_IF -> out.unsigned(depth(instruction.target, labels));
        case Opcode.BRANCH_TABLE -> {
          out.unsigned(instruction.targets.length - 1L);
          for (Label target : instruction.targets) {
            out.unsigned(depth(target, labels));
          }
        }
        case Opcode.CALL,
            Opcode.LOCAL_GET,
            Opcode.LOCAL_SET,
            Opcode.LOCAL_TEE,
            Opcode.GLOBAL_GET,
            Opcode.GLOBAL_SET ->
            out.unsigned(instruction.index);
        default -> {
          if (instruction.immediate != null) {
            out.writeBytes(instruction.immediate);
          }
        }
      }
    }
  }

  private static int depth(Label label, List<Label> labels) {
    int at = labels.lastIndexOf(label);
    if (at < 0) {
      throw new IllegalStateException("a branch to a label that is not in scope");
    }
    return labels.size() - 1 - at;
  }
}
