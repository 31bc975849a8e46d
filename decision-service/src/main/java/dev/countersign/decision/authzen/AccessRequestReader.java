package dev.countersign.decision.authzen;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the information model of the specification (section 5): subject, action, resource, context.
 * Whoever asks is trusted to know the subject and its groups. What the gateway knows of a resource
 * itself is not asked for.
 */
final class AccessRequestReader {

  static final Set<String> MEMBERS = Set.of("subject", "action", "resource", "context");

  private static final Set<String> ENTITY_MEMBERS = Set.of("type", "id", "properties");

  /** The issuer of subjects of whom only an id is told. */
  private static final String ISSUER = "authzen";

  /** What {@code context.enforces} says of somebody who hides values as told. */
  private static final String MASK = "mask";

  /** Types of subjects, as the specification's examples and the policy call them. */
  private enum SubjectType {
    AGENT,
    USER
  }

  private final ActionReader actions;
  private final Supplier<List<Resource>> registered;

  /**
   * @param parser the facts of a SQL text; throws {@link IllegalArgumentException} on others
   * @param registered the resources whose labels the gateway knows
   */
  AccessRequestReader(
      Function<String, List<SqlStatement>> parser, Supplier<List<Resource>> registered) {
    this.actions = new ActionReader(parser);
    this.registered = registered;
  }

  AccessRequest read(JsonNode request, String pointer) throws MalformedRequestException {
    Members members = Members.of(request, pointer);
    members.only(MEMBERS);
    Resource resource = resource(members.object("resource"));
    return new AccessRequest(
        subject(members.object("subject")),
        resource,
        actions.read(members.object("action"), resource.kind()),
        members.objectOrEmpty("context").texts("enforces").contains(MASK));
  }

  private static Subject subject(Members subject) throws MalformedRequestException {
    subject.only(ENTITY_MEMBERS);
    Members properties = subject.objectOrEmpty("properties");
    properties.only(Set.of("groups", "issuer", "name", "onBehalfOf"));
    String id = filled(subject, "id");
    return new Subject(
        properties.textOr("issuer", ISSUER),
        id,
        properties.textOr("name", id),
        switch (subject.word("type", SubjectType.class)) {
          case AGENT -> Subject.Kind.AGENT;
          case USER -> Subject.Kind.HUMAN;
        },
        Set.copyOf(properties.texts("groups")),
        properties.optionalText("onBehalfOf"));
  }

  private Resource resource(Members resource) throws MalformedRequestException {
    resource.only(ENTITY_MEMBERS);
    Resource.Kind kind = resource.word("type", Resource.Kind.class);
    String id = filled(resource, "id");
    Members properties = resource.objectOrEmpty("properties");
    Resource known =
        registered.get().stream().filter(one -> one.name().equals(id)).findFirst().orElse(null);
    if (known == null) {
      properties.only(Set.of("environment"));
      return new Resource(
          id,
          kind,
          properties
              .optionalText("environment")
              .map(environment -> Map.of("environment", environment))
              .orElse(Map.of()));
    }
    if (known.kind() != kind) {
      throw new MalformedRequestException(
          resource.at("type"), "another type than the resource has", known.kind().name());
    }
    return known;
  }

  private static String filled(Members members, String name) throws MalformedRequestException {
    String text = members.text(name);
    if (text.isEmpty()) {
      throw new MalformedRequestException(members.at(name), "an empty text", "a name");
    }
    return text;
  }
}
