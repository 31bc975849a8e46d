package outline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Reads a module; refuses what it does not know. */
final class ModuleReader {

  static final int TYPES = 1;
  static final int IMPORTS = 2;
  static final int FUNCTIONS = 3;
  static final int MEMORY = 5;
  static final int GLOBALS = 6;
  static final int CODE = 10;
  static final int DATA = 11;
  static final int DATA_COUNT = 12;

  static final int HEADER_LENGTH = 8;
  private static final int FUNCTION_TYPE = 0x60;
  private static final int IMPORTED_FUNCTION = 0;
  private static final int MUTABLE = 1;

  private final Module module;
  private ByteReader in;

  private ModuleReader(byte[] bytes) {
    module = new Module(bytes);
    in = new ByteReader(bytes, HEADER_LENGTH);
  }

  static Module read(byte[] bytes) {
    ModuleReader reader = new ModuleReader(bytes);
    reader.readSections();
    return reader.module;
  }

  private void readSections() {
    while (!in.isAtEnd()) {
      int id = in.octet();
      int length = in.unsigned();
      module.sections.add(new Module.Section(id, in.position(), length));
      in.skip(length);
    }
    for (Module.Section section : module.sections) {
      in = new ByteReader(module.bytes, section.start());
      switch (section.id()) {
        case TYPES -> readTypes();
        case IMPORTS -> readImports();
        case FUNCTIONS -> readFunctionTypes();
        case GLOBALS -> readGlobals();
        case CODE -> readCode();
        default -> {}
      }
    }
  }

  private void readTypes() {
    for (int left = in.unsigned(); left > 0; left--) {
      expect(in.octet() == FUNCTION_TYPE, "a type that is no function's");
      module.types.add(new Module.Type(valueTypes(), valueTypes()));
    }
  }

  private List<Integer> valueTypes() {
    List<Integer> types = new ArrayList<>();
    for (int left = in.unsigned(); left > 0; left--) {
      types.add(in.signedOctet());
    }
    return types;
  }

  private void readImports() {
    for (int left = in.unsigned(); left > 0; left--) {
      in.skip(in.unsigned());
      in.skip(in.unsigned());
      int kind = in.octet();
      expect(kind == IMPORTED_FUNCTION, "an import of kind " + kind);
      module.functionTypes.add(in.unsigned());
      module.importedFunctions++;
    }
  }

  private void readGlobals() {
    module.ownGlobals = in.unsigned();
    for (int i = 0; i < module.ownGlobals; i++) {
      expect(in.octet() == Function.I32 && in.octet() == MUTABLE, "a global of another type");
      expect(in.octet() == Opcode.I32_CONST, "a global that begins as something else");
      module.globals.add((int) in.signed());
      expect(in.octet() == Opcode.END, "a global that begins as something else");
    }
  }

  private void readFunctionTypes() {
    for (int left = in.unsigned(); left > 0; left--) {
      module.functionTypes.add(in.unsigned());
    }
  }

  private void readCode() {
    int count = in.unsigned();
    for (int i = 0; i < count; i++) {
      int length = in.unsigned();
      int start = in.position();
      int index = module.importedFunctions + i;
      int type = module.functionTypes.get(index);
      Module.Type signature = module.types.get(type);
      Function function =
          new Function(
              index,
              type,
              signature.parameters(),
              signature.results().size(),
              Arrays.copyOfRange(module.bytes, start, start + length));
      readLocals(function);
      Deque<Label> labels = new ArrayDeque<>();
      labels.push(function.root);
      function.body = new ArrayList<>();
      readBody(function.body, labels);
      expect(in.position() == start + length, "a body that ends elsewhere");
      module.functions.add(function);
    }
  }

  private void readLocals(Function function) {
    for (int runs = in.unsigned(); runs > 0; runs--) {
      int count = in.unsigned();
      int valueType = in.signedOctet();
      for (int i = 0; i < count; i++) {
        function.locals.add(valueType);
      }
    }
  }

  /** Reads up to END or ELSE, and says which. */
  private int readBody(List<Instruction> body, Deque<Label> labels) {
    while (true) {
      int opcode = in.octet();
      if (opcode == Opcode.END || opcode == Opcode.ELSE) {
        return opcode;
      }
      body.add(readInstruction(opcode, labels));
    }
  }

  private Instruction readInstruction(int opcode, Deque<Label> labels) {
    Instruction instruction = new Instruction(opcode);
    switch (opcode) {
      case Opcode.BLOCK, Opcode.LOOP, Opcode.IF -> readStructured(instruction, labels);
      case Opcode.BRANCH -> {
        Label target = label(labels, in.unsigned());
        return target.isFunction ? Instruction.of(Opcode.RETURN) : Instruction.branch(target);
      }
      case Opcode.BRANCH_IF -> instruction.target = label(labels, in.unsigned());
      case Opcode.BRANCH_TABLE -> {
        instruction.targets = new Label[in.unsigned() + 1];
        for (int i = 0; i < instruction.targets.length; i++) {
          instruction.targets[i] = label(labels, in.unsigned());
        }
      }
      case Opcode.CALL,
          Opcode.LOCAL_GET,
          Opcode.LOCAL_SET,
          Opcode.LOCAL_TEE,
          Opcode.GLOBAL_GET,
          Opcode.GLOBAL_SET ->
          instruction.index = in.unsigned();
      default -> readOperands(instruction);
    }
    return instruction;
  }

  private void readStructured(Instruction instruction, Deque<Label> labels) {
    instruction.blockType = (int) in.signed();
    instruction.label =
        instruction.opcode == Opcode.LOOP ? Label.loop() : Label.block(results(instruction));
    labels.push(instruction.label);
    instruction.body = new ArrayList<>();
    if (readBody(instruction.body, labels) == Opcode.ELSE) {
      instruction.otherwise = new ArrayList<>();
      readBody(instruction.otherwise, labels);
    }
    labels.pop();
  }

  private int results(Instruction block) {
    if (block.blockType < 0) {
      return block.blockType == Instruction.NO_RESULT ? 0 : 1;
    }
    Module.Type type = module.types.get(block.blockType);
    expect(type.parameters().isEmpty(), "a block with parameters");
    return type.results().size();
  }

  private static Label label(Deque<Label> labels, int depth) {
    return labels.stream().skip(depth).findFirst().orElseThrow();
  }

  private void readOperands(Instruction instruction) {
    int opcode = instruction.opcode;
    int start = in.position();
    if (opcode >= Opcode.FIRST_LOAD && opcode <= Opcode.LAST_STORE) {
      in.unsigned();
      in.unsigned();
    } else {
      switch (opcode) {
        case Opcode.CALL_INDIRECT -> {
          instruction.index = in.unsigned();
          in.unsigned();
        }
        case Opcode.MEMORY_SIZE, Opcode.MEMORY_GROW -> in.skip(1);
        case Opcode.I32_CONST, Opcode.I64_CONST -> in.signed();
        case Opcode.F32_CONST -> in.skip(Float.BYTES);
        case Opcode.F64_CONST -> in.skip(Double.BYTES);
        case Opcode.SELECT_TYPED -> in.skip(in.unsigned());
        case Opcode.PREFIXED -> readPrefixed(instruction);
        case Opcode.TABLE_GET, Opcode.TABLE_SET, Opcode.REF_NULL, Opcode.REF_FUNC ->
            expect(false, "opcode " + opcode);
        default -> expect(opcode <= Opcode.LAST_NUMERIC, "opcode " + opcode);
      }
    }
    instruction.immediate = in.since(start);
  }

  private void readPrefixed(Instruction instruction) {
    instruction.index = in.unsigned();
    switch (instruction.index) {
      case Opcode.MEMORY_INIT -> {
        in.unsigned();
        in.skip(1);
      }
      case Opcode.DATA_DROP -> in.unsigned();
      case Opcode.MEMORY_COPY -> in.skip(2);
      case Opcode.MEMORY_FILL -> in.skip(1);
      default ->
          expect(instruction.index <= Opcode.LAST_SATURATING, "opcode fc " + instruction.index);
    }
  }

  private static void expect(boolean isTrue, String otherwise) {
    if (!isTrue) {
      throw new IllegalStateException("the module has " + otherwise);
    }
  }
}
