package dev.countersign.cli.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.decision.resource.Networks;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the configuration file. */
public final class ConfigurationFile {

  private static final ObjectMapper RECORDS =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .addModule(new Jdk8Module())
          .addModule(
              new SimpleModule()
                  .addDeserializer(Path.class, from(Path.class, node -> Path.of(node.asText())))
                  .addDeserializer(URI.class, from(URI.class, node -> Units.httpUrl(node.asText())))
                  .addDeserializer(
                      Duration.class, from(Duration.class, node -> Units.duration(node.asText())))
                  .addDeserializer(
                      DataSize.class,
                      from(DataSize.class, node -> new DataSize(Units.size(node.asText()))))
                  .addDeserializer(
                      Address.class, from(Address.class, node -> Units.address(node.asText())))
                  .addDeserializer(
                      PostgresUpstream.Tls.class,
                      from(PostgresUpstream.Tls.class, ConfigurationFile::tls))
                  .addDeserializer(Secret.class, from(Secret.class, ConfigurationFile::secret)))
          .build();

  private ConfigurationFile() {}

  /**
   * Reads and checks a file.
   *
   * @throws ConfigurationException with every fault
   * @throws IOException if the file cannot be read at all
   */
  public static Configuration read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(
          file.toString(), List.of(new Fault(1, 1, "the file is not UTF-8 text")));
    }
    return parse(text, file);
  }

  /**
   * Reads and checks a file for a command that cannot go on without it.
   *
   * @throws CommandFailure with every fault, or why the file cannot be read
   */
  public static Configuration open(Path file) {
    try {
      return read(file);
    } catch (ConfigurationException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, "there is no file " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Checks a text as if it stood in a file.
   *
   * @param file what faults name, and whose folder relative paths are relative to
   */
  public static Configuration parse(String text, Path file) {
    List<Fault> faults = new ArrayList<>();
    Optional<Node> root = YamlSource.parse(text, faults);
    JsonNode data =
        root.map(
                node ->
                    new SchemaCheck(folder(file), faults).check(node, Schema.ofConfiguration(), ""))
            .orElse(RECORDS.nullNode());
    if (faults.isEmpty()) {
      Configuration configuration = bind(data);
      faults.addAll(beyondTheSchema(configuration));
      if (faults.isEmpty()) {
        return configuration;
      }
    }
    faults.sort(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column));
    throw new ConfigurationException(file.toString(), faults);
  }

  /**
   * Checks one resource as if it stood in a file.
   *
   * @param json an object, its name in it
   * @throws ConfigurationException with every fault
   */
  public static Configuration.Target target(String json) {
    List<Fault> faults = new ArrayList<>();
    Schema schema =
        Schema.ofConfiguration().property("resources").flatMap(Schema::items).orElseThrow();
    JsonNode data =
        YamlSource.parse(json, faults)
            .map(node -> new SchemaCheck(Path.of("/"), faults).check(node, schema, "resource"))
            .orElse(RECORDS.nullNode());
    if (faults.isEmpty()) {
      try {
        Configuration.Target target = RECORDS.treeToValue(data, Configuration.Target.class);
        faults.addAll(beyondTheSchema(target));
        if (faults.isEmpty()) {
          return target;
        }
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the schema allows what the records do not", e);
      }
    }
    throw new ConfigurationException("resource", faults);
  }

  private static Path folder(Path file) {
    Path absolute = file.toAbsolutePath();
    return Optional.ofNullable(absolute.getParent()).orElse(absolute);
  }

  private static Configuration bind(JsonNode data) {
    try {
      return RECORDS.treeToValue(data, Configuration.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema allows what the records do not", e);
    }
  }

  private static List<Fault> beyondTheSchema(Configuration configuration) {
    List<Fault> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Configuration.Target resource : configuration.resources()) {
      if (!names.add(resource.name())) {
        faults.add(new Fault(1, 1, "two resources are named " + resource.name()));
      }
      faults.addAll(beyondTheSchema(resource));
      if (resource.postgres().filter(target -> isOwnDatabase(configuration, target)).isPresent()) {
        faults.add(
            new Fault(1, 1, "resource " + resource.name() + " is the gateway's own database"));
      }
      if (configuration.journal().ownerKey().isEmpty()
          && resource.git().filter(git -> git.recording().packs()).isPresent()) {
        faults.add(
            new Fault(
                1,
                1,
                "resource "
                    + resource.name()
                    + " records packs, which are encrypted: it needs journal.ownerKey; make one"
                    + " with: countersign audit keygen"));
      }
    }
    try {
      var _ = new Networks(configuration.upstreams().networks());
    } catch (IllegalArgumentException e) {
      faults.add(new Fault(1, 1, "upstreams.networks: " + e.getMessage()));
    }
    return faults;
  }

  private static List<Fault> beyondTheSchema(Configuration.Target resource) {
    List<Fault> faults = new ArrayList<>();
    if (!sections(resource).equals(Set.of(resource.kind()))) {
      faults.add(
          new Fault(
              1,
              1,
              "resource %s needs the section %s, and no other"
                  .formatted(resource.name(), resource.kind())));
    }
    if (resource.kubernetes().filter(cluster -> !cluster.isComplete()).isPresent()) {
      faults.add(
          new Fault(
              1,
              1,
              "resource " + resource.name() + " needs a token, or a certificate and its key"));
    }
    if (resource.postgres().filter(Configuration.PostgresTarget::trustsForNothing).isPresent()
        || resource.git().filter(Configuration.GitTarget::trustsForNothing).isPresent()) {
      faults.add(
          new Fault(
              1,
              1,
              "resource "
                  + resource.name()
                  + " has an authority, and no TLS that it would be for: leave one of them out"));
    }
    return faults;
  }

  /** Those of the kinds that are there. */
  private static Set<String> sections(Configuration.Target resource) {
    Set<String> sections = new HashSet<>();
    resource.postgres().ifPresent(section -> sections.add("postgres"));
    resource.git().ifPresent(section -> sections.add("git"));
    resource.kubernetes().ifPresent(section -> sections.add("kubernetes"));
    return sections;
  }

  /** What agents could do there would be done to the gateway itself. */
  private static boolean isOwnDatabase(
      Configuration configuration, Configuration.PostgresTarget target) {
    String place = "//%s:%d/%s".formatted(target.host(), target.port(), target.database());
    String placeWithoutPort = "//%s/%s".formatted(target.host(), target.database());
    return configuration
        .state()
        .database()
        .jdbc()
        .map(jdbc -> jdbc.url().replaceFirst("\\?.*", "").substring("jdbc:postgresql:".length()))
        .filter(
            own ->
                own.equalsIgnoreCase(place)
                    || (target.port() == 5432 && own.equalsIgnoreCase(placeWithoutPort)))
        .isPresent();
  }

  private static PostgresUpstream.Tls tls(JsonNode node) {
    return PostgresUpstream.Tls.valueOf(node.asText().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static Secret secret(JsonNode node) {
    if (node.has("env")) {
      return new Secret.FromEnvironment(node.get("env").asText());
    }
    if (node.has("systemd")) {
      return new Secret.FromSystemd(node.get("systemd").asText());
    }
    return node.has("vault") ? vault(node.get("vault")) : file(node);
  }

  private static Secret file(JsonNode node) {
    return new Secret.FromFile(Path.of(node.get("file").asText()));
  }

  private static Secret vault(JsonNode vault) {
    return new Secret.FromVault(
        Units.httpUrl(vault.get("address").asText()),
        Optional.ofNullable(vault.path("namespace").textValue()),
        vault.get("mount").asText(),
        vault.get("path").asText(),
        vault.get("field").asText(),
        secret(vault.get("token")));
  }

  private static <T> StdDeserializer<T> from(Class<T> type, Function<JsonNode, T> reader) {
    return new ReadFrom<>(type, reader);
  }

  /** A value read from one JSON node. */
  private static final class ReadFrom<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1;

    private final transient Function<JsonNode, T> reader;

    ReadFrom(Class<T> type, Function<JsonNode, T> reader) {
      super(type);
      this.reader = reader;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      return reader.apply(parser.readValueAsTree());
    }
  }
}
