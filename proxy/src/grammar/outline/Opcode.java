package outline;

/**
 * The WebAssembly opcodes that are looked at or made here.
 *
 * @see <a href="https://webassembly.github.io/spec/core/binary/instructions.html">Instructions</a>
 */
final class Opcode {

  static final int UNREACHABLE = 0x00;
  static final int NOP = 0x01;
  static final int BLOCK = 0x02;
  static final int LOOP = 0x03;
  static final int IF = 0x04;
  static final int ELSE = 0x05;
  static final int END = 0x0b;
  static final int BRANCH = 0x0c;
  static final int BRANCH_IF = 0x0d;
  static final int BRANCH_TABLE = 0x0e;
  static final int RETURN = 0x0f;
  static final int CALL = 0x10;
  static final int CALL_INDIRECT = 0x11;
  static final int DROP = 0x1a;
  static final int SELECT = 0x1b;
  static final int SELECT_TYPED = 0x1c;
  static final int LOCAL_GET = 0x20;
  static final int LOCAL_SET = 0x21;
  static final int LOCAL_TEE = 0x22;
  static final int GLOBAL_GET = 0x23;
  static final int GLOBAL_SET = 0x24;
  static final int TABLE_GET = 0x25;
  static final int TABLE_SET = 0x26;
  static final int FIRST_LOAD = 0x28;
  static final int I32_LOAD = 0x28;
  static final int LAST_LOAD = 0x35;
  static final int FIRST_STORE = 0x36;
  static final int I32_STORE = 0x36;
  static final int LAST_STORE = 0x3e;
  static final int MEMORY_SIZE = 0x3f;
  static final int MEMORY_GROW = 0x40;
  static final int I32_CONST = 0x41;
  static final int I64_CONST = 0x42;
  static final int F32_CONST = 0x43;
  static final int F64_CONST = 0x44;
  static final int I32_EQZ = 0x45;
  static final int I32_EQ = 0x46;
  static final int I32_GE_U = 0x4f;
  static final int I64_EQZ = 0x50;
  static final int LAST_COMPARISON = 0x66;
  static final int LAST_I32_COUNT = 0x69;
  static final int I32_SUB = 0x6b;
  static final int I32_DIV_U = 0x6e;
  static final int I32_AND = 0x71;
  static final int I32_SHR_U = 0x76;
  static final int LAST_I32_BINARY = 0x78;
  static final int LAST_I64_COUNT = 0x7b;
  static final int LAST_I64_BINARY = 0x8a;
  static final int LAST_F32_UNARY = 0x91;
  static final int LAST_F32_BINARY = 0x98;
  static final int LAST_F64_UNARY = 0x9f;
  static final int LAST_F64_BINARY = 0xa6;
  static final int LAST_NUMERIC = 0xc4;
  static final int REF_NULL = 0xd0;
  static final int REF_FUNC = 0xd2;

  /** Saturating conversions and bulk memory: the second byte says which. */
  static final int PREFIXED = 0xfc;

  static final int LAST_SATURATING = 7;
  static final int MEMORY_INIT = 8;
  static final int DATA_DROP = 9;
  static final int MEMORY_COPY = 10;
  static final int MEMORY_FILL = 11;

  private Opcode() {}
}
