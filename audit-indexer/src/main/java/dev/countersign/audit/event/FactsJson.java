package dev.countersign.audit.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.countersign.rules.fact.CommandFacts;
import java.io.IOException;

/** Facts in JSON: the components of their records, and a {@code kind} that tells which they are. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CommandFacts.Sql.class, name = FactsJson.SQL),
  @JsonSubTypes.Type(value = CommandFacts.Git.class, name = "git"),
  @JsonSubTypes.Type(value = CommandFacts.Kubernetes.class, name = "kubernetes")
})
abstract class FactsJson {

  static final String SQL = "sql";

  private static final ObjectWriter WRITER =
      JsonMapper.builder(EventJson.FACTORY)
          .addModules(new Jdk8Module())
          .addMixIn(CommandFacts.class, FactsJson.class)
          .build()
          .writerFor(CommandFacts.class);

  private FactsJson() {}

  static void write(CommandFacts facts, JsonGenerator json) throws IOException {
    WRITER.writeValue(json, facts);
  }
}
