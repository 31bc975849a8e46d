package dev.countersign.decision.authzen;

import dev.countersign.decision.authzen.AccessRequest.Action;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.RefUpdate.PathChange.Content;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Makes facts of the member {@code action}; what it does not tell is taken for the worst. */
final class ActionReader {

  /** The action whose property {@code sql} is a whole text. */
  private static final String QUERY = "query";

  /** The action of being let in. */
  private static final String ACCESS = "access";

  private static final Set<KubeRequest.Verb> BRING_A_BODY =
      EnumSet.of(KubeRequest.Verb.CREATE, KubeRequest.Verb.UPDATE, KubeRequest.Verb.PATCH);

  private final Function<String, List<SqlStatement>> parser;

  /**
   * @param parser the facts of a SQL text; throws {@link IllegalArgumentException} on others
   */
  ActionReader(Function<String, List<SqlStatement>> parser) {
    this.parser = parser;
  }

  Action read(Members action, Resource.Kind kind) throws MalformedRequestException {
    action.only(Set.of("name", "properties"));
    String name = action.text("name");
    Members properties = action.objectOrEmpty("properties");
    if (name.equals(ACCESS)) {
      return grant(properties);
    }
    return switch (kind) {
      case POSTGRES -> name.equals(QUERY) ? query(properties) : access(action, properties);
      case GIT -> git(action, properties);
      case KUBERNETES -> kubernetes(action, properties);
    };
  }

  private static Action grant(Members properties) throws MalformedRequestException {
    properties.only(Set.of("for"));
    String text = properties.text("for");
    try {
      Duration wanted = Duration.parse(text);
      if (wanted.isPositive()) {
        return new Action.Grant(wanted);
      }
    } catch (DateTimeException e) {
      // Told below, as a duration that is none.
    }
    throw new MalformedRequestException(
        properties.at("for"), "no duration", "ISO 8601, longer than nothing: PT30M");
  }

  private Action query(Members properties) throws MalformedRequestException {
    properties.only(Set.of("sql"));
    try {
      List<SqlStatement> statements = parser.apply(properties.text("sql"));
      if (!statements.isEmpty()) {
        return new Action.Sql(statements);
      }
    } catch (IllegalArgumentException e) {
      // Told below: no text that cannot be read is a statement.
    }
    throw new MalformedRequestException(
        properties.at("sql"), "no statement", "SQL that PostgreSQL reads");
  }

  private static Action access(Members action, Members properties)
      throws MalformedRequestException {
    properties.only(Set.of("object", "columns", "filtered", "opaque"));
    Set<String> columns =
        properties.has("columns")
            ? Set.copyOf(properties.texts("columns"))
            : Set.of(SqlAccess.ALL_COLUMNS);
    SqlAccess access =
        new SqlAccess(
            action.word("name", SqlVerb.class),
            properties.textOr("object", ""),
            columns,
            properties.flag("filtered"));
    return new Action.Sql(
        List.of(new SqlStatement(List.of(access), Set.of(), properties.flag("opaque"))));
  }

  private static Action git(Members action, Members properties) throws MalformedRequestException {
    properties.only(Set.of("ref", "paths", "binaries", "links", "secrets", "signed"));
    RefUpdate.Change change = action.word("name", RefUpdate.Change.class);
    if (!change.isReading() && change != RefUpdate.Change.DELETE) {
      properties.all(List.of("paths", "binaries", "links", "secrets"));
    }
    List<RefUpdate.PathChange> paths = new ArrayList<>();
    addPaths(properties.texts("paths"), Content.TEXT, paths);
    addPaths(properties.texts("binaries"), Content.BINARY, paths);
    addPaths(properties.texts("links"), Content.SYMLINK, paths);
    List<RefUpdate.Secret> secrets = new ArrayList<>();
    for (String path : properties.texts("secrets")) {
      secrets.add(new RefUpdate.Secret("told", path, ""));
    }
    return new Action.Git(
        new RefUpdate(
            properties.text("ref"),
            change,
            new RefUpdate.Commits(1, properties.flag("signed"), Set.of(), Set.of(), List.of()),
            paths,
            secrets,
            Set.of()));
  }

  private static void addPaths(
      List<String> paths, Content content, List<RefUpdate.PathChange> changes) {
    for (String path : paths) {
      changes.add(
          new RefUpdate.PathChange(path, RefUpdate.PathChange.Status.MODIFIED, content, 0, 0, 0));
    }
  }

  private static Action kubernetes(Members action, Members properties)
      throws MalformedRequestException {
    properties.only(
        Set.of(
            "object",
            "version",
            "namespace",
            "name",
            "traits",
            "images",
            "secretKeys",
            "command",
            "dryRun"));
    KubeRequest.Verb verb = action.word("name", KubeRequest.Verb.class);
    if (BRING_A_BODY.contains(verb)) {
      properties.all(List.of("traits", "images", "secretKeys"));
    }
    Set<KubeRequest.Trait> traits = EnumSet.noneOf(KubeRequest.Trait.class);
    for (String trait : properties.texts("traits")) {
      traits.add(Members.word(trait, properties.at("traits"), KubeRequest.Trait.class));
    }
    return new Action.Kubernetes(
        new KubeRequest(
            verb,
            new KubeRequest.Target(
                properties.text("object"),
                properties.textOr("version", ""),
                properties.textOr("namespace", ""),
                properties.textOr("name", "")),
            new KubeRequest.Body(
                traits,
                new HashSet<>(properties.texts("images")),
                new HashSet<>(properties.texts("secretKeys"))),
            properties.flag("dryRun"),
            properties.texts("command")));
  }
}
