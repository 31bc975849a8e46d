package dev.countersign.audit.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.countersign.rules.fact.CommandFacts;
import java.io.IOException;
import java.util.List;
import java.util.Set;

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
          .addModules(new Jdk8Module(), new SimpleModule().addSerializer(new SortedSet()))
          .addMixIn(CommandFacts.class, FactsJson.class)
          .build()
          .writerFor(CommandFacts.class);

  private FactsJson() {}

  /** A set has another order in each process; the same facts are always the same text. */
  @SuppressWarnings("rawtypes") // Jackson asks for the class of a set of anything
  private static final class SortedSet extends StdSerializer<Set> {

    private static final long serialVersionUID = 1;

    SortedSet() {
      super(Set.class);
    }

    @Override
    public void serialize(Set set, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartArray();
      for (String element : names(set)) {
        json.writeString(element);
      }
      json.writeEndArray();
    }

    private static List<String> names(Set<?> set) {
      return set.stream()
          .map(element -> element instanceof Enum<?> constant ? constant.name() : (String) element)
          .sorted()
          .toList();
    }
  }

  static void write(CommandFacts facts, JsonGenerator json) throws IOException {
    WRITER.writeValue(json, facts);
  }
}
