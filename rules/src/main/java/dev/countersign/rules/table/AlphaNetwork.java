package dev.countersign.rules.table;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.drools.base.base.ClassObjectType;
import org.drools.core.common.DefaultFactHandle;
import org.drools.core.common.InternalFactHandle;
import org.drools.core.common.PropagationContext;
import org.drools.core.common.ReteEvaluator;
import org.drools.core.impl.InternalRuleBase;
import org.drools.core.reteoo.AlphaNode;
import org.drools.core.reteoo.LeftInputAdapterNode;
import org.drools.core.reteoo.LeftTupleSink;
import org.drools.core.reteoo.ObjectSink;
import org.drools.core.reteoo.ObjectSource;
import org.drools.core.reteoo.ObjectTypeNode;
import org.drools.core.reteoo.RuleTerminalNode;
import org.drools.core.reteoo.builder.BuildContext;
import org.kie.api.KieBase;

/**
 * The part of a network that tests one fact by itself. Rules that are chains of tests on one fact
 * need nothing else: no session, no agenda, no tuples. So each chain ends in a collector instead of
 * the node where a session would begin, as the DMN engine of the same project does it. Read-only
 * once it is built, and safe for any number of threads.
 */
final class AlphaNetwork {

  /** Far above the ids that the builder gave. */
  private static final int FIRST_ID = 1 << 28;

  /** Empty if there is no rule. */
  private final Optional<ObjectTypeNode> entry;

  private final ReteEvaluator evaluator;
  private int nextId = FIRST_ID;

  /**
   * Takes a network over; no session can use it any more.
   *
   * @throws IllegalStateException if a rule is more than a chain of tests on one {@link Atom}
   */
  AlphaNetwork(KieBase network) {
    InternalRuleBase base = (InternalRuleBase) network;
    // Tests are given a session's view of the network, which these do not look at.
    evaluator = (ReteEvaluator) network.newKieSession();
    entry =
        base.getRete().getObjectTypeNodes().stream()
            .filter(node -> ((ClassObjectType) node.getObjectType()).getClassType() == Atom.class)
            .findFirst();
    entry.ifPresent(node -> endInCollectors(node, new BuildContext(base, List.of())));
  }

  private void endInCollectors(ObjectSource source, BuildContext context) {
    for (ObjectSink sink : source.getObjectSinkPropagator().getSinks().clone()) {
      switch (sink) {
        case AlphaNode test -> endInCollectors(test, context);
        case LeftInputAdapterNode end -> {
          source.removeObjectSink(end);
          source.addObjectSink(new Collector(nextId++, source, context, rows(end)));
        }
        default -> throw new IllegalStateException("not a chain of tests: " + sink);
      }
    }
  }

  private static int[] rows(LeftInputAdapterNode end) {
    return Arrays.stream(end.getSinkPropagator().getSinks()).mapToInt(AlphaNetwork::row).toArray();
  }

  private static int row(LeftTupleSink sink) {
    if (sink instanceof RuleTerminalNode terminal) {
      return Network.row(terminal.getRule().getName());
    }
    throw new IllegalStateException("not a chain of tests: " + sink);
  }

  /** Has every row whose tests an atom passes added to the hits. */
  void match(Atom atom, Hits hits) {
    entry.ifPresent(node -> node.propagateAssert(new Passing(atom, hits), null, evaluator));
  }

  /** An atom on its way. */
  private static final class Passing extends DefaultFactHandle {

    private static final long serialVersionUID = 1;

    private final transient Atom atom;
    private final transient Hits hits;

    Passing(Atom atom, Hits hits) {
      super(0, atom);
      this.atom = atom;
      this.hits = hits;
    }
  }

  /** The end of the tests of some rows. */
  private static final class Collector extends LeftInputAdapterNode {

    private static final long serialVersionUID = 1;

    private final int[] rows;

    Collector(int id, ObjectSource source, BuildContext context, int[] rows) {
      super(id, source, context);
      this.rows = rows;
    }

    @Override
    public void assertObject(
        InternalFactHandle handle, PropagationContext context, ReteEvaluator evaluator) {
      Passing passing = (Passing) handle;
      for (int row : rows) {
        passing.hits.add(passing.atom.access(), row);
      }
    }
  }
}
