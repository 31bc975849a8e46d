package outline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A compiled switch: blocks in blocks, the innermost of which ends with a branch table; what
 * follows the end of a block is a case.
 *
 * <p>Neighbouring cases become one function; where the switch was, a loop calls the function of the
 * current case until the switch is left. A jump from case to case, which compilers make of equal
 * tails, is only another state. A state is the number of the function and of the case in it; from
 * {@link #EXITS} on it stands for a way out.
 */
final class CaseNest {

  private static final int LEAST_DEPTH = 12;
  private static final int CASE_COST = 12;
  private static final int MAX_CASES = 250;
  private static final int CASE_BITS = 8;
  private static final int CASE_MASK = (1 << CASE_BITS) - 1;
  private static final int EXITS = 1 << 16;

  /** Entries of a branch table that one function maps to states. */
  private static final int MAP_ENTRIES = 400;

  /** Cases of one function: blocks from the inner to the outer one. */
  private record Group(int inner, int outer) {}

  private final Module module;
  private final Function function;
  private final Splitter splitter;
  private final int chunk;

  /** The blocks, outermost first. */
  private final List<Instruction> blocks = new ArrayList<>();

  /** The case after the end of block i + 1, which is inside block i. */
  private final List<List<Instruction>> cases = new ArrayList<>();

  private final List<Group> groups = new ArrayList<>();
  private final Map<Label, Integer> states = new IdentityHashMap<>();
  private final List<Label> exits = new ArrayList<>();
  private int state;

  CaseNest(Module module, Function function, Splitter splitter, int chunk) {
    this.module = module;
    this.function = function;
    this.splitter = splitter;
    this.chunk = chunk;
  }

  /** Whether it is a switch that is worth it. */
  static boolean isNest(Instruction outermost) {
    Instruction block = outermost;
    for (int depth = 1; block.isPlainBlock() && !block.body.isEmpty(); depth++) {
      Instruction first = block.body.getFirst();
      if (!first.isPlainBlock()) {
        return block.body.getLast().opcode == Opcode.BRANCH_TABLE && depth >= LEAST_DEPTH;
      }
      block = first;
    }
    return false;
  }

  /**
   * Moves the cases away.
   *
   * @return what to put in the switch's place; null if it cannot be moved
   */
  Instruction replace(Instruction outermost) {
    if (!Region.of(List.of(outermost)).isMovable) {
      return null;
    }
    List<Instruction> entry = unfold(outermost);
    Instruction table = entry.removeLast();
    splitter.shorten(entry);
    for (Instruction block : blocks.subList(0, blocks.size() - 1)) {
      cases.add(new ArrayList<>(block.body.subList(1, block.body.size())));
    }
    entry.add(table);
    shortenCases();
    Liveness.compute(function);
    state = function.addLocal(Function.I32);
    formGroups();
    Region all = Region.of(List.of(outermost));
    int returnState = numberStates(all);

    Label again = Label.loop();
    Label left = Label.block();
    List<Label> groupLabels = new ArrayList<>();
    List<List<Instruction>> calls = new ArrayList<>();
    long[] live = blocks.stream().mapToLong(block -> block.label.live).toArray();
    for (Group group : groups) {
      groupLabels.add(Label.block());
      List<Instruction> call = moveGroup(group, live, returnState);
      call.add(Instruction.branch(again));
      calls.add(call);
    }
    List<Instruction> loop = dispatch(groupLabels, calls, left);
    leave(all.returns, returnState, loop);
    return Instruction.block(
        blocks.getFirst().label,
        Instruction.list(enter(entry, table), Instruction.loop(again, loop)));
  }

  /** The innermost block's body. */
  private List<Instruction> unfold(Instruction outermost) {
    Instruction block = outermost;
    blocks.add(block);
    while (block.body.getFirst().isPlainBlock()) {
      block = block.body.getFirst();
      blocks.add(block);
    }
    return block.body;
  }

  /** In place, while they are still in the tree, so that liveness sees everything. */
  private void shortenCases() {
    for (int i = 0; i < cases.size(); i++) {
      if (Cost.of(cases.get(i)) > chunk) {
        List<Instruction> body = blocks.get(i).body;
        splitter.shorten(body.subList(1, body.size()));
        cases.set(i, new ArrayList<>(body.subList(1, body.size())));
      }
    }
  }

  private void formGroups() {
    int block = blocks.size() - 1;
    while (block >= 1) {
      int inner = block;
      int cost = Cost.of(cases.get(block - 1));
      block--;
      while (block >= 1
          && cost + Cost.of(cases.get(block - 1)) + CASE_COST <= chunk
          && inner - block < MAX_CASES) {
        cost += Cost.of(cases.get(block - 1)) + CASE_COST;
        block--;
      }
      groups.add(new Group(inner, block + 1));
    }
  }

  /** Returns the state that means a return. */
  private int numberStates(Region all) {
    for (int number = 0; number < groups.size(); number++) {
      Group group = groups.get(number);
      for (int block = group.inner(); block >= group.outer(); block--) {
        states.put(blocks.get(block).label, number << CASE_BITS | group.inner() - block);
      }
    }
    exits.add(blocks.getFirst().label);
    states.put(blocks.getFirst().label, EXITS);
    for (Label exit : all.exits) {
      states.put(exit, EXITS + exits.size());
      exits.add(exit);
    }
    return EXITS + exits.size();
  }

  private List<Instruction> moveGroup(Group group, long[] live, int returnState) {
    Label[] labels = new Label[group.inner() - group.outer() + 1];
    for (int block = group.inner(); block >= group.outer(); block--) {
      labels[group.inner() - block] = blocks.get(block).label;
    }
    List<Instruction> nest =
        Instruction.list(
            Instruction.get(state),
            Instruction.constant(CASE_MASK),
            Instruction.of(Opcode.I32_AND),
            Instruction.branchTable(labels));
    for (int block = group.inner(); block >= group.outer(); block--) {
      List<Instruction> around = Instruction.list(Instruction.block(blocks.get(block).label, nest));
      around.addAll(cases.get(block - 1));
      nest = around;
    }
    for (int block = 0; block < blocks.size(); block++) {
      blocks.get(block).label.live = live[block];
    }
    // The old labels stay outside labels for the other groups.
    Map<Label, Label> fresh = new IdentityHashMap<>();
    for (int block = group.inner(); block >= group.outer(); block--) {
      Label label = Label.block();
      label.live = live[block];
      fresh.put(blocks.get(block).label, label);
    }
    relabel(nest, fresh);
    Label next = blocks.get(group.outer() - 1).label;
    Outlining.Codes codes = new Outlining.Codes(states, states.get(next), returnState, state);
    List<Instruction> call = Outlining.move(module, function, nest, live[group.outer() - 1], codes);
    if (call == null) {
      throw new IllegalStateException("cases that cannot be moved");
    }
    return call;
  }

  private static void relabel(List<Instruction> instructions, Map<Label, Label> fresh) {
    for (Instruction instruction : instructions) {
      instruction.target = fresh.getOrDefault(instruction.target, instruction.target);
      instruction.label = fresh.getOrDefault(instruction.label, instruction.label);
      if (instruction.targets != null) {
        for (int i = 0; i < instruction.targets.length; i++) {
          Label target = instruction.targets[i];
          instruction.targets[i] = fresh.getOrDefault(target, target);
        }
      }
      if (instruction.body != null) {
        relabel(instruction.body, fresh);
      }
      if (instruction.otherwise != null) {
        relabel(instruction.otherwise, fresh);
      }
    }
  }

  /** One round: out if the state says so, else the call of the state's group. */
  private List<Instruction> dispatch(
      List<Label> groupLabels, List<List<Instruction>> calls, Label left) {
    List<Instruction> nest =
        Instruction.list(
            Instruction.get(state),
            Instruction.constant(CASE_BITS),
            Instruction.of(Opcode.I32_SHR_U),
            Instruction.branchTable(groupLabels.toArray(new Label[0])));
    for (int group = 0; group < calls.size(); group++) {
      List<Instruction> around = Instruction.list(Instruction.block(groupLabels.get(group), nest));
      around.addAll(calls.get(group));
      nest = around;
    }
    List<Instruction> round =
        Instruction.list(
            Instruction.get(state),
            Instruction.constant(EXITS),
            Instruction.of(Opcode.I32_GE_U),
            Instruction.branchIf(left));
    round.addAll(nest);
    return Instruction.list(Instruction.block(left, round));
  }

  private void leave(boolean returns, int returnState, List<Instruction> into) {
    if (returns) {
      into.add(Instruction.get(state));
      into.add(Instruction.constant(returnState));
      into.add(Instruction.of(Opcode.I32_EQ));
      List<Instruction> returning = new ArrayList<>();
      Outlining.returnFrom(module, module.typeOf(function).results(), returning);
      into.add(Instruction.when(returning));
    }
    into.add(Instruction.get(state));
    into.add(Instruction.constant(EXITS));
    into.add(Instruction.of(Opcode.I32_SUB));
    into.add(Instruction.branchTable(exits.toArray(new Label[0])));
  }

  /** What is before the switch; jumps to cases, and the switch itself, set the state. */
  private Instruction enter(List<Instruction> entry, Instruction table) {
    Label entered = Label.block();
    entry.removeLast();
    Set<Label> caseLabels = Collections.newSetFromMap(new IdentityHashMap<>());
    blocks.stream().skip(1).forEach(block -> caseLabels.add(block.label));
    List<Instruction> entering = jumpsToStates(entry, caseLabels, entered);
    entering.add(Instruction.of(Opcode.CALL, stateMap(table)));
    entering.add(Instruction.set(state));
    return Instruction.block(entered, entering);
  }

  private List<Instruction> jumpsToStates(
      List<Instruction> instructions, Set<Label> caseLabels, Label entered) {
    List<Instruction> result = new ArrayList<>();
    for (Instruction instruction : instructions) {
      boolean goesToCase = caseLabels.contains(instruction.target);
      switch (instruction.opcode) {
        case Opcode.BRANCH -> {
          if (goesToCase) {
            result.addAll(jump(instruction.target, entered));
          } else {
            result.add(instruction);
          }
        }
        case Opcode.BRANCH_IF ->
            result.add(
                goesToCase ? Instruction.when(jump(instruction.target, entered)) : instruction);
        case Opcode.BRANCH_TABLE -> tableToStates(instruction, caseLabels, entered, result);
        default -> {
          if (instruction.body != null) {
            instruction.body = jumpsToStates(instruction.body, caseLabels, entered);
          }
          if (instruction.otherwise != null) {
            instruction.otherwise = jumpsToStates(instruction.otherwise, caseLabels, entered);
          }
          result.add(instruction);
        }
      }
    }
    return result;
  }

  private List<Instruction> jump(Label toCase, Label entered) {
    return Instruction.list(
        Instruction.constant(states.get(toCase)),
        Instruction.set(state),
        Instruction.branch(entered));
  }

  private void tableToStates(
      Instruction table, Set<Label> caseLabels, Label entered, List<Instruction> into) {
    if (List.of(table.targets).stream().noneMatch(caseLabels::contains)) {
      into.add(table);
      return;
    }
    into.add(Instruction.set(function.codeLocal()));
    Map<Label, Label> landings = new LinkedHashMap<>();
    for (int i = 0; i < table.targets.length; i++) {
      if (caseLabels.contains(table.targets[i])) {
        table.targets[i] = landings.computeIfAbsent(table.targets[i], key -> Label.block());
      }
    }
    List<Instruction> current = Instruction.list(Instruction.get(function.codeLocal()), table);
    for (Map.Entry<Label, Label> landing : landings.entrySet()) {
      List<Instruction> around = Instruction.list(Instruction.block(landing.getValue(), current));
      around.addAll(jump(landing.getKey(), entered));
      current = around;
    }
    into.addAll(current);
  }

  // From the index of the branch table to the state.

  private int stateMap(Instruction table) {
    int[] mapped = new int[table.targets.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = states.get(table.targets[i]);
    }
    int last = mapped.length - 1;
    if (last <= MAP_ENTRIES) {
      return mapPart(mapped, 0, last);
    }
    int parts = (last + MAP_ENTRIES - 1) / MAP_ENTRIES;
    int[] partFunctions = new int[parts];
    for (int part = 0; part < parts; part++) {
      int from = part * MAP_ENTRIES;
      partFunctions[part] = mapPart(mapped, from, Math.min(last, from + MAP_ENTRIES));
    }
    return mapFunction(chooseMap(partFunctions, mapped[last]));
  }

  private static List<Instruction> chooseMap(int[] partFunctions, int otherwise) {
    Label[] labels = new Label[partFunctions.length + 1];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Label.block();
    }
    List<Instruction> nest =
        Instruction.list(
            Instruction.get(0),
            Instruction.constant(MAP_ENTRIES),
            Instruction.of(Opcode.I32_DIV_U),
            Instruction.branchTable(labels));
    for (int part = 0; part < labels.length; part++) {
      List<Instruction> around = Instruction.list(Instruction.block(labels[part], nest));
      if (part < partFunctions.length) {
        around.add(Instruction.get(0));
        around.add(Instruction.constant(part * MAP_ENTRIES));
        around.add(Instruction.of(Opcode.I32_SUB));
        around.add(Instruction.of(Opcode.CALL, partFunctions[part]));
        around.add(Instruction.of(Opcode.RETURN));
      } else {
        around.add(Instruction.constant(otherwise));
      }
      nest = around;
    }
    return nest;
  }

  /** A function for the entries {@code from} to {@code to}; others get the last entry's state. */
  private int mapPart(int[] mapped, int from, int to) {
    Map<Integer, Label> labels = new LinkedHashMap<>();
    Label[] targets = new Label[to - from + 1];
    for (int i = from; i < to; i++) {
      targets[i - from] = labels.computeIfAbsent(mapped[i], key -> Label.block());
    }
    targets[to - from] = labels.computeIfAbsent(mapped[mapped.length - 1], key -> Label.block());
    List<Instruction> nest = Instruction.list(Instruction.get(0), Instruction.branchTable(targets));
    int left = labels.size();
    for (Map.Entry<Integer, Label> entry : labels.entrySet()) {
      List<Instruction> around = Instruction.list(Instruction.block(entry.getValue(), nest));
      around.add(Instruction.constant(entry.getKey()));
      left--;
      if (left > 0) {
        around.add(Instruction.of(Opcode.RETURN));
      }
      nest = around;
    }
    return mapFunction(nest);
  }

  private int mapFunction(List<Instruction> body) {
    Function map = module.newFunction(List.of(Function.I32), List.of(Function.I32));
    map.body = body;
    module.add(map);
    return map.index;
  }
}
