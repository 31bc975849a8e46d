package outline;

import java.util.ArrayList;
import java.util.List;

/** The parts of a module that change; everything else is copied. */
final class Module {

  /** A function's parameters and results. */
  record Type(List<Integer> parameters, List<Integer> results) {
    Type {
      parameters = List.copyOf(parameters);
      results = List.copyOf(results);
    }
  }

  /** Where a section is in the file. */
  record Section(int id, int start, int length) {}

  final byte[] bytes;
  final List<Section> sections = new ArrayList<>();
  final List<Type> types = new ArrayList<>();

  /** The type of each function, imported ones first. */
  final List<Integer> functionTypes = new ArrayList<>();

  final List<Function> functions = new ArrayList<>();
  int importedFunctions;

  int ownGlobals;

  /** What each global begins with: the module's own ones, then those made here. */
  final List<Integer> globals = new ArrayList<>();

  Module(byte[] bytes) {
    this.bytes = bytes;
  }

  Type typeOf(Function function) {
    return types.get(function.type);
  }

  private int indexOf(Type type) {
    int known = types.indexOf(type);
    if (known >= 0) {
      return known;
    }
    types.add(type);
    return types.size() - 1;
  }

  Function newFunction(List<Integer> parameters, List<Integer> results) {
    int type = indexOf(new Type(parameters, results));
    return new Function(
        importedFunctions + functions.size(), type, parameters, results.size(), null);
  }

  void add(Function function) {
    functions.add(function);
    functionTypes.add(function.type);
  }

  /** The global in which a function hands on what its caller has to return. */
  int returnGlobal(int valueType) {
    return scratchGlobal(valueType, 0);
  }

  /**
   * A global that is written right before a return and read right after the call, so that recursion
   * does no harm.
   */
  int scratchGlobal(int valueType, int number) {
    if (valueType != Function.I32) {
      throw new IllegalStateException("a value of type " + valueType + " leaves a function");
    }
    int global = ownGlobals + number;
    while (globals.size() <= global) {
      globals.add(0);
    }
    return global;
  }
}
