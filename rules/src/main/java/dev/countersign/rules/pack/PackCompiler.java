package dev.countersign.rules.pack;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.kie.api.KieBase;
import org.kie.api.io.Resource;
import org.kie.api.io.ResourceType;
import org.kie.internal.builder.KnowledgeBuilder;
import org.kie.internal.builder.KnowledgeBuilderError;
import org.kie.internal.builder.KnowledgeBuilderFactory;
import org.kie.internal.io.ResourceFactory;

/** Drools' compiler, for texts that {@link PackText} let through. */
final class PackCompiler {

  private static final String PACKAGE = "packs.p";

  /** Before the first line, on that line, so that lines stay what they are. */
  private static final String IMPORTS =
      Stream.concat(
              PackText.FACTS.stream(), PackText.VALUES.stream().filter(of -> !of.isMemberClass()))
          .map(known -> "import " + known.getName() + "; ")
          .reduce("", String::concat);

  private final KnowledgeBuilder builder =
      KnowledgeBuilderFactory.newKnowledgeBuilder(
          KnowledgeBuilderFactory.newKnowledgeBuilderConfiguration(
              null, PackCompiler.class.getClassLoader()));

  /** Compiles one more file, and returns its faults. */
  List<String> add(String file, String text) {
    int before = builder.getErrors().size();
    String header =
        "package "
            + PACKAGE
            + HexFormat.of().formatHex(file.getBytes(StandardCharsets.UTF_8))
            + "; "
            + IMPORTS
            + "global "
            + Findings.class.getName()
            + " "
            + PackText.FINDINGS
            + "; ";
    Resource source = ResourceFactory.newReaderResource(new StringReader(header + text));
    builder.add(source, ResourceType.DRL);
    List<String> faults = new ArrayList<>();
    builder.getErrors().stream()
        .skip(before)
        .map(error -> inWords(file, error))
        .forEach(faults::add);
    return faults;
  }

  private static String inWords(String file, KnowledgeBuilderError error) {
    int[] lines = error.getLines();
    String where = lines.length == 0 || lines[0] < 1 ? file : file + ":" + lines[0];
    return where + ": " + String.join(" ", error.getMessage().strip().split("\\s+", -1));
  }

  KieBase network() {
    return builder.newKieBase();
  }

  /** The file of a package. */
  static String pack(String packageName) {
    return new String(
        HexFormat.of().parseHex(packageName.substring(PACKAGE.length())), StandardCharsets.UTF_8);
  }
}
