package outline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  int globals;

  /** Types of the globals that carry values out of an outlined function. */
  final List<Integer> scratchTypes = new ArrayList<>();

  private final Map<Integer, List<Integer>> scratch = new HashMap<>();

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
    List<Integer> ofType = scratch.computeIfAbsent(valueType, key -> new ArrayList<>());
    while (ofType.size() <= number) {
      ofType.add(globals + scratchTypes.size());
      scratchTypes.add(valueType);
    }
    return ofType.get(number);
  }
}
