package dev.countersign.audit.index;

import static dev.countersign.audit.index.DocumentTree.strings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.query.Words;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a command is, in the fields of a document: those of every protocol, and each one's own. */
final class CommandFields {

  /** A push may change any number of files; its facts hold them all. */
  private static final int MOST_PATHS = 2_000;

  /** Of one ref. */
  private static final int MOST_MESSAGES = 100;

  private final DocumentTree document;

  CommandFields(DocumentTree document) {
    this.document = document;
  }

  void add(CommandFacts facts) {
    switch (facts) {
      case CommandFacts.Sql sql -> sql(sql);
      case CommandFacts.Git git -> git(git.updates());
      case CommandFacts.Kubernetes(KubeRequest request) -> kubernetes(request);
    }
  }

  private void sql(CommandFacts.Sql sql) {
    ObjectNode command = document.at("countersign", "command");
    command.put("opaque", sql.opaque());
    command.put(
        "changes_state", sql.accesses().stream().anyMatch(each -> each.verb().changesState()));
    strings(
        command, "accesses", sql.accesses().stream().map(SqlAccess::toString).distinct().toList());
    Set<String> verbs = new TreeSet<>();
    Set<String> tables = new TreeSet<>();
    Set<String> columns = new TreeSet<>();
    for (SqlAccess access : sql.accesses()) {
      verbs.add(access.verb().name());
      if (!access.object().isEmpty()) {
        tables.add(access.object());
        access.columns().forEach(column -> columns.add(access.object() + "." + column));
      }
    }
    strings(command, "verbs", verbs);
    strings(command, "tables", tables);
    strings(command, "columns", columns);
    strings(document.at("db", "collection"), "name", tables);
    strings(document.at("db", "operation"), "name", verbs);
  }

  private void git(List<RefUpdate> updates) {
    ObjectNode command = document.at("countersign", "command");
    command.put("changes_state", updates.stream().anyMatch(update -> !update.change().isReading()));
    strings(command, "accesses", updates.stream().map(RefUpdate::toString).distinct().toList());
    Set<String> verbs = new TreeSet<>();
    Set<String> refs = new TreeSet<>();
    Set<String> paths = new TreeSet<>();
    Set<String> detectors = new TreeSet<>();
    Set<String> authors = new TreeSet<>();
    Set<String> committers = new TreeSet<>();
    Set<String> ids = new TreeSet<>();
    Set<String> messages = new TreeSet<>();
    Set<String> options = new TreeSet<>();
    long commits = 0;
    long signed = 0;
    boolean allSigned = true;
    boolean atomic = false;
    for (RefUpdate update : updates) {
      verbs.add(update.change().toString());
      refs.add(update.ref());
      update.paths().forEach(change -> paths.add(change.path()));
      update.secrets().forEach(secret -> detectors.add(secret.detector()));
      authors.addAll(update.commits().authors());
      committers.addAll(update.commits().committers());
      update.commits().listed().forEach(commit -> ids.add(commit.id()));
      update.commits().messages().stream()
          .limit(MOST_MESSAGES)
          .forEach(message -> messages.add(Words.joined(message)));
      commits += update.commits().count();
      signed += update.commits().signed();
      allSigned &= update.commits().allSigned();
      options.addAll(update.pushOptions());
      atomic |= update.atomic();
    }
    strings(command, "verbs", verbs);
    ObjectNode git = document.at("countersign", "git");
    strings(git, "refs", refs);
    strings(git, "paths", paths.stream().limit(MOST_PATHS).toList());
    git.put("paths_cut", paths.size() > MOST_PATHS);
    strings(git, "secrets", detectors);
    strings(git, "authors", authors);
    strings(git, "committers", committers);
    strings(git, "commit_ids", ids);
    strings(git, "messages", messages.stream().limit(MOST_PATHS).toList());
    strings(git, "push_options", options);
    git.put("commits", commits).put("signed", signed);
    git.put("all_signed", allSigned).put("atomic", atomic);
  }

  private void kubernetes(KubeRequest request) {
    ObjectNode command = document.at("countersign", "command");
    command.put("changes_state", request.changesState());
    strings(command, "accesses", List.of(request.toString()));
    strings(command, "verbs", List.of(request.verb().toString()));
    KubeRequest.Target target = request.target();
    ObjectNode kubernetes = document.at("countersign", "kubernetes");
    kubernetes
        .put("object", target.object())
        .put("namespace", target.namespace())
        .put("name", target.name())
        .put("dry_run", request.dryRun());
    strings(kubernetes, "images", new TreeSet<>(request.body().images()));
    strings(kubernetes, "secret_keys", new TreeSet<>(request.body().secretKeys()));
    Set<String> traits = new TreeSet<>();
    request.body().traits().forEach(trait -> traits.add(trait.name()));
    strings(kubernetes, "traits", traits);
    strings(kubernetes, "command", request.command());
    KubeRequest.Details details = request.details();
    kubernetes
        .put("container", details.container())
        .put("labels", details.labels())
        .put("fields", details.fields());
    strings(kubernetes, "limits", new TreeSet<>(details.limits()));
    details
        .replicas()
        .ifPresent(
            replicas -> {
              ObjectNode change = kubernetes.putObject("replicas").put("after", replicas.after());
              if (replicas.before() != KubeRequest.Replicas.UNKNOWN) {
                change.put("before", replicas.before());
              }
            });
    document.at("orchestrator").put("type", "kubernetes").put("namespace", target.namespace());
    document.at("orchestrator", "resource").put("type", target.object()).put("name", target.name());
    document.at("orchestrator").put("api_version", target.version());
  }
}
