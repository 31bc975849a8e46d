package outline;

import java.util.ArrayList;
import java.util.List;

/** A function of the module. */
final class Function {

  static final int I32 = 0x7f;
  private static final int NONE = -1;

  /** Sets of locals are bits of a long; a few are kept for locals made here. */
  static final int MAX_LOCALS = 58;

  private static final int LAST_BIT = 62;

  final int index;
  final int type;
  final int parameters;

  /** Types of parameters and locals. */
  final List<Integer> locals = new ArrayList<>();

  final Label root;
  List<Instruction> body;

  /** Its bytes as they were read, to be copied if nothing has changed. */
  final byte[] original;

  boolean isChanged;

  private int codeLocal = NONE;
  private int tableLocal = NONE;

  Function(int index, int type, List<Integer> parameterTypes, int results, byte[] original) {
    this.index = index;
    this.type = type;
    this.parameters = parameterTypes.size();
    this.locals.addAll(parameterTypes);
    this.root = Label.function(results);
    this.original = original;
    this.isChanged = original == null;
  }

  int addLocal(int valueType) {
    locals.add(valueType);
    if (locals.size() - 1 > LAST_BIT) {
      throw new IllegalStateException("function " + index + " has too many locals");
    }
    return locals.size() - 1;
  }

  /** The local that says by which exit an outlined function was left. */
  int codeLocal() {
    if (codeLocal == NONE) {
      codeLocal = addLocal(I32);
    }
    return codeLocal;
  }

  /** A local that keeps the index of a branch table for a moment. */
  int tableLocal() {
    if (tableLocal == NONE) {
      tableLocal = addLocal(I32);
    }
    return tableLocal;
  }
}
