package outline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves a region of a function into a function of its own. Locals it needs become parameters;
 * locals it changes come back in scratch globals, or as the result if there is only one. It returns
 * a code that says by which exit it was left, if there are several.
 */
final class Outlining {

  /** WebAssembly allows more parameters; the JVM's limit is near. */
  private static final int MAX_PARAMETERS = 60;

  /**
   * Codes of exits that the caller has chosen.
   *
   * @param ofExit the code of each exit
   * @param fallThrough the code of falling off the end
   * @param returned the code of a return
   * @param stateLocal the local that holds the code, also when the region is entered
   */
  record Codes(Map<Label, Integer> ofExit, int fallThrough, int returned, int stateLocal) {}

  private final Module module;
  private final Function from;
  private final List<Instruction> region;

  /** Null: the codes are chosen here, and the call is followed by the branches. */
  private final Codes given;

  private final Region facts;
  private final boolean fallsThrough;
  private final List<Label> exits;
  private final Map<Label, Integer> codes = new IdentityHashMap<>();
  private final List<Instruction> readBack = new ArrayList<>();
  private int returnCode;
  private boolean needsCode;
  private boolean returnsItsOnlyLocal;
  private Function function;
  private Map<Integer, Integer> localsThere;
  private Label end;

  private Outlining(Module module, Function from, List<Instruction> region, Codes given) {
    this.module = module;
    this.from = from;
    this.region = region;
    this.given = given;
    this.facts = Region.of(region);
    this.fallsThrough = region.isEmpty() || !region.getLast().endsFlow();
    this.exits = new ArrayList<>(facts.exits);
  }

  /**
   * Moves a region.
   *
   * @param liveAfter locals, as bits, that are needed after it
   * @param given may be null
   * @return what to put in its place; null if it cannot be moved
   */
  static List<Instruction> move(
      Module module, Function from, List<Instruction> region, long liveAfter, Codes given) {
    Outlining outlining = new Outlining(module, from, region, given);
    return outlining.facts.isMovable ? outlining.move(liveAfter) : null;
  }

  private List<Instruction> move(long liveAfter) {
    long changed = changedAndNeeded(liveAfter);
    List<Integer> in = bits(neededBefore(changed));
    List<Integer> out = bits(changed);
    if (in.size() > MAX_PARAMETERS) {
      return null;
    }
    int ways = exits.size() + (fallsThrough ? 1 : 0) + (facts.returns ? 1 : 0);
    needsCode = given != null || ways > 1;
    returnsItsOnlyLocal = !needsCode && out.size() == 1 && !facts.returns;
    chooseCodes();
    makeFunction(in, out);
    return call(in, out);
  }

  /** Locals that are changed in the region and needed wherever it is left to. */
  private long changedAndNeeded(long liveAfter) {
    long needed = fallsThrough ? liveAfter : 0;
    for (Label exit : exits) {
      needed |= exit.live;
    }
    needed &= facts.written;
    return given == null ? needed : needed & ~(1L << given.stateLocal());
  }

  private long neededBefore(long changed) {
    Map<Label, Long> saved = new IdentityHashMap<>();
    for (Label exit : exits) {
      saved.put(exit, exit.live);
      exit.live = changed;
    }
    long needed = Liveness.before(region, changed);
    saved.forEach((exit, live) -> exit.live = live);
    return given == null ? needed : needed | 1L << given.stateLocal();
  }

  static List<Integer> bits(long set) {
    List<Integer> bits = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((set >>> bit & 1) != 0) {
        bits.add(bit);
      }
    }
    return bits;
  }

  private void chooseCodes() {
    if (given != null) {
      codes.putAll(given.ofExit());
      returnCode = given.returned();
      return;
    }
    int code = fallsThrough ? 1 : 0;
    for (Label exit : exits) {
      codes.put(exit, code++);
    }
    returnCode = code;
  }

  // The new function.

  private void makeFunction(List<Integer> in, List<Integer> out) {
    List<Integer> results =
        needsCode
            ? List.of(Function.I32)
            : returnsItsOnlyLocal ? List.of(from.locals.get(out.getFirst())) : List.of();
    function = module.newFunction(in.stream().map(from.locals::get).toList(), results);
    localsThere = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      localsThere.put(in.get(i), i);
    }
    if (needsCode) {
      function.codeLocal();
    }
    end = Label.block();
    List<Instruction> moved = rewrite(region);
    if (given != null && fallsThrough) {
      moved.add(Instruction.constant(given.fallThrough()));
      moved.add(Instruction.set(function.codeLocal()));
    }
    List<Instruction> body = Instruction.list(Instruction.block(end, moved));
    if (!returnsItsOnlyLocal) {
      handBack(out, body);
    }
    if (needsCode) {
      body.add(Instruction.get(function.codeLocal()));
    } else if (returnsItsOnlyLocal) {
      body.add(Instruction.get(there(out.getFirst())));
    }
    function.body = body;
    module.add(function);
  }

  private void handBack(List<Integer> out, List<Instruction> body) {
    for (int i = 0; i < out.size(); i++) {
      int local = out.get(i);
      int global = module.scratchGlobal(from.locals.get(local), i + 1);
      body.add(Instruction.get(there(local)));
      body.add(Instruction.of(Opcode.GLOBAL_SET, global));
      readBack.add(Instruction.of(Opcode.GLOBAL_GET, global));
      readBack.add(Instruction.set(local));
    }
  }

  /** The local there that stands for a local here. */
  private int there(int local) {
    return localsThere.computeIfAbsent(
        local,
        key -> {
          function.locals.add(from.locals.get(key));
          return function.locals.size() - 1;
        });
  }

  private List<Integer> resultsOfFrom() {
    return module.typeOf(from).results();
  }

  private List<Instruction> rewrite(List<Instruction> instructions) {
    List<Instruction> rewritten = new ArrayList<>(instructions.size());
    for (Instruction instruction : instructions) {
      switch (instruction.opcode) {
        case Opcode.LOCAL_GET, Opcode.LOCAL_SET, Opcode.LOCAL_TEE -> {
          instruction.index = there(instruction.index);
          rewritten.add(instruction);
        }
        case Opcode.RETURN -> leaveByReturn(rewritten);
        case Opcode.BRANCH -> {
          if (facts.inside.contains(instruction.target)) {
            rewritten.add(instruction);
          } else {
            leave(instruction.target, rewritten);
          }
        }
        case Opcode.BRANCH_IF -> rewritten.add(conditional(instruction));
        case Opcode.BRANCH_TABLE -> table(instruction, rewritten);
        default -> {
          if (instruction.body != null) {
            instruction.body = rewrite(instruction.body);
          }
          if (instruction.otherwise != null) {
            instruction.otherwise = rewrite(instruction.otherwise);
          }
          rewritten.add(instruction);
        }
      }
    }
    return rewritten;
  }

  private void leaveByReturn(List<Instruction> into) {
    if (!resultsOfFrom().isEmpty()) {
      int global = module.returnGlobal(resultsOfFrom().getFirst());
      into.add(Instruction.of(Opcode.GLOBAL_SET, global));
    }
    leaveWith(returnCode, into);
  }

  private void leave(Label exit, List<Instruction> into) {
    leaveWith(codes.getOrDefault(exit, 0), into);
  }

  private void leaveWith(int code, List<Instruction> into) {
    if (needsCode) {
      into.add(Instruction.constant(code));
      into.add(Instruction.set(function.codeLocal()));
    }
    into.add(Instruction.branch(end));
  }

  private Instruction conditional(Instruction branch) {
    if (facts.inside.contains(branch.target)) {
      return branch;
    }
    if (!needsCode) {
      return Instruction.branchIf(end);
    }
    List<Instruction> leaving = new ArrayList<>();
    leave(branch.target, leaving);
    return Instruction.when(leaving);
  }

  /** Targets outside become blocks around the table, each of which leaves with its code. */
  private void table(Instruction table, List<Instruction> into) {
    boolean staysInside = List.of(table.targets).stream().allMatch(facts.inside::contains);
    if (staysInside) {
      into.add(table);
      return;
    }
    int index = function.tableLocal();
    into.add(Instruction.set(index));
    Map<Label, Label> landings = new LinkedHashMap<>();
    for (int i = 0; i < table.targets.length; i++) {
      Label target = table.targets[i];
      if (!facts.inside.contains(target)) {
        table.targets[i] = needsCode ? landings.computeIfAbsent(target, key -> Label.block()) : end;
      }
    }
    List<Instruction> current = Instruction.list(Instruction.get(index), table);
    for (Map.Entry<Label, Label> landing : landings.entrySet()) {
      List<Instruction> around = Instruction.list(Instruction.block(landing.getValue(), current));
      leave(landing.getKey(), around);
      current = around;
    }
    into.addAll(current);
  }

  // The place it was moved from.

  private List<Instruction> call(List<Integer> in, List<Integer> out) {
    List<Instruction> call = new ArrayList<>();
    in.forEach(local -> call.add(Instruction.get(local)));
    call.add(Instruction.of(Opcode.CALL, function.index));
    if (returnsItsOnlyLocal) {
      call.add(Instruction.set(out.getFirst()));
    }
    if (given != null) {
      call.add(Instruction.set(given.stateLocal()));
      call.addAll(readBack);
      return call;
    }
    if (needsCode && !readBack.isEmpty()) {
      call.add(Instruction.set(from.codeLocal()));
      call.addAll(readBack);
      call.add(Instruction.get(from.codeLocal()));
    } else {
      call.addAll(readBack);
    }
    if (needsCode) {
      branchByCode(call);
    } else {
      goOn(call);
    }
    return call;
  }

  /** There is one way out: it is taken. */
  private void goOn(List<Instruction> call) {
    if (facts.returns) {
      returnFrom(call);
    } else if (exits.size() == 1) {
      call.add(Instruction.branch(exits.getFirst()));
    } else if (!fallsThrough) {
      call.add(Instruction.of(Opcode.UNREACHABLE));
    }
  }

  private void returnFrom(List<Instruction> into) {
    returnFrom(module, resultsOfFrom(), into);
  }

  static void returnFrom(Module module, List<Integer> results, List<Instruction> into) {
    if (!results.isEmpty()) {
      into.add(Instruction.of(Opcode.GLOBAL_GET, module.returnGlobal(results.getFirst())));
    }
    into.add(Instruction.of(Opcode.RETURN));
  }

  /** The code is on the stack; the exit it stands for is taken. */
  private void branchByCode(List<Instruction> call) {
    if (facts.returns) {
      call.add(Instruction.of(Opcode.LOCAL_TEE, from.codeLocal()));
      call.add(Instruction.constant(returnCode));
      call.add(Instruction.of(Opcode.I32_EQ));
      List<Instruction> returning = new ArrayList<>();
      returnFrom(returning);
      call.add(Instruction.when(returning));
      if (exits.isEmpty()) {
        return;
      }
      if (exits.size() == 1 && !fallsThrough) {
        call.add(Instruction.branch(exits.getFirst()));
        return;
      }
      call.add(Instruction.get(from.codeLocal()));
    }
    if (exits.size() == 1 && fallsThrough) {
      call.add(Instruction.branchIf(exits.getFirst()));
    } else if (exits.size() == 2 && !fallsThrough) {
      call.add(Instruction.branchIf(exits.get(1)));
      call.add(Instruction.branch(exits.getFirst()));
    } else if (fallsThrough) {
      branchOrFall(call);
    } else {
      call.add(Instruction.branchTable(exits.toArray(new Label[0])));
    }
  }

  private void branchOrFall(List<Instruction> call) {
    int code = from.codeLocal();
    Instruction last = call.getLast();
    if (last.opcode == Opcode.LOCAL_GET && last.index == code) {
      call.removeLast();
    } else {
      call.add(Instruction.set(code));
    }
    Label fall = Label.block();
    List<Label> targets = new ArrayList<>(List.of(fall));
    targets.addAll(exits);
    call.add(
        Instruction.block(
            fall,
            Instruction.list(
                Instruction.get(code), Instruction.branchTable(targets.toArray(new Label[0])))));
  }
}
