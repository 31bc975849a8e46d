package dev.countersign.cli.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Turns YAML text into nodes that know their position. Only plain data is let in: one document, no
 * anchors, no aliases, no tags, at most {@link #MAX_DEPTH} levels. The text is walked as events
 * first, because composing nodes recurses.
 */
final class YamlSource {

  static final int MAX_CHARACTERS = 1 << 20;
  static final int MAX_DEPTH = 20;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setAllowDuplicateKeys(true)
          .setAllowRecursiveKeys(false)
          .setCodePointLimit(MAX_CHARACTERS)
          .build();

  private YamlSource() {}

  /** The root node, or empty with at least one fault added. */
  static Optional<Node> parse(String text, List<Fault> faults) {
    if (text.length() > MAX_CHARACTERS) {
      faults.add(new Fault(1, 1, "the file is larger than " + MAX_CHARACTERS + " characters"));
      return Optional.empty();
    }
    try {
      faults.addAll(foreignToPlainData(text));
      if (!faults.isEmpty()) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(SETTINGS).composeString(text);
      if (root.isEmpty()) {
        faults.add(new Fault(1, 1, "the file is empty"));
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      faults.add(fault(e.getProblemMark(), "not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      faults.add(new Fault(1, 1, "not YAML: " + e.getMessage()));
    }
    return Optional.empty();
  }

  private static List<Fault> foreignToPlainData(String text) {
    List<Fault> faults = new ArrayList<>();
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      if (event instanceof DocumentStartEvent && ++documents > 1) {
        faults.add(fault(event.getStartMark(), "a second document; one file is one configuration"));
      } else if (event instanceof AliasEvent alias) {
        faults.add(fault(event.getStartMark(), "alias *" + alias.getAlias() + ": write it out"));
      } else if (event instanceof NodeEvent node) {
        Optional<Anchor> anchor = node.getAnchor();
        anchor.ifPresent(
            name -> faults.add(fault(event.getStartMark(), "anchor &" + name + ": write it out")));
        tag(node)
            .ifPresent(
                name ->
                    faults.add(
                        fault(event.getStartMark(), "tag " + name + ": only plain data is read")));
      }
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        faults.add(fault(event.getStartMark(), "nested more than " + MAX_DEPTH + " levels deep"));
        return faults;
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
    return faults;
  }

  private static Optional<String> tag(NodeEvent event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getTag();
    }
    return event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
  }

  static Fault fault(Optional<Mark> mark, String message) {
    return new Fault(
        mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, message);
  }
}
