package outline;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes a function short enough: innermost first, it moves switch cases ({@link CaseNest}) and runs
 * of whole statements into functions of their own.
 */
final class Splitter {

  /** A run shorter than this costs more to call than it saves. */
  private static final int LEAST_WINDOW = 300;

  private final Module module;
  private final StackEffect effect;
  private final Function function;
  private final int chunk;

  /**
   * For one function.
   *
   * @param chunk the estimated length of the functions to make
   */
  Splitter(Module module, Function function, int chunk) {
    this.module = module;
    this.effect = new StackEffect(module);
    this.function = function;
    this.chunk = chunk;
  }

  void split() {
    function.isChanged = true;
    Liveness.compute(function);
    shorten(function.body);
  }

  /** Shortens a body in place. */
  void shorten(List<Instruction> body) {
    for (int i = 0; i < body.size(); i++) {
      Instruction instruction = body.get(i);
      if (instruction.body == null || Cost.of(instruction) <= chunk) {
        continue;
      }
      Instruction replaced =
          CaseNest.isNest(instruction)
              ? new CaseNest(module, function, this, chunk).replace(instruction)
              : null;
      if (replaced != null) {
        body.set(i, replaced);
        continue;
      }
      shorten(instruction.body);
      if (instruction.otherwise != null) {
        shorten(instruction.otherwise);
      }
    }
    if (Cost.of(body) > chunk) {
      Liveness.compute(function);
      List<Instruction> windows = windows(body);
      body.clear();
      body.addAll(windows);
    }
  }

  private List<Instruction> windows(List<Instruction> body) {
    List<Instruction> result = new ArrayList<>();
    List<Instruction> window = new ArrayList<>();
    int length = 0;
    int at = 0;
    while (at < body.size()) {
      int end = endOfStatement(body, at);
      List<Instruction> statement = body.subList(at, Math.abs(end));
      boolean isWhole = end > 0;
      int cost = Cost.of(statement);
      if (!isWhole || length + cost > chunk) {
        move(window, length, result);
        window = new ArrayList<>();
        length = 0;
      }
      if (!isWhole || cost > chunk) {
        result.addAll(statement);
      } else {
        window.addAll(statement);
        length += cost;
      }
      at = Math.abs(end);
    }
    move(window, length, result);
    return result;
  }

  /**
   * Where the operand stack is as high again as before, or the flow ends.
   *
   * @return negative if the body ends before that
   */
  private int endOfStatement(List<Instruction> body, int from) {
    int height = 0;
    for (int at = from; at < body.size(); at++) {
      if (body.get(at).endsFlow()) {
        return at + 1;
      }
      height += effect.of(body.get(at));
      if (height == 0) {
        return at + 1;
      }
    }
    return -body.size();
  }

  private void move(List<Instruction> window, int length, List<Instruction> into) {
    if (window.isEmpty()) {
      return;
    }
    List<Instruction> call =
        length < LEAST_WINDOW
            ? null
            : Outlining.move(module, function, window, window.getLast().liveAfter, null);
    into.addAll(call == null ? window : call);
  }
}
