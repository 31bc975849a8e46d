package dev.countersign.rules.workbook;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Git and Kubernetes commands as people write them, in the words of the workbook: {@code git force
 * refs/heads/main}, {@code git push refs/heads/x src/a.py with binary}, {@code kubectl delete
 * namespaces prod}, {@code kubectl create pods in shop with privileged, image evil/x:1}, {@code
 * kubectl create pods/exec web-1 in shop with command ls /tmp}.
 */
public final class CommandWords {

  public static final String GIT = "git ";
  public static final String KUBERNETES = "kubectl ";

  private static final String PUSH = "push";
  private static final String WITH = "with";
  private static final String IN = "in";
  private static final String IMAGE = "image ";
  private static final String COMMAND = "command ";
  private static final String FOREIGN = "image-of-no-registry";

  private CommandWords() {}

  /** Which front door such a text would come to. */
  public static Resource.Kind kind(String text) {
    return text.startsWith(GIT)
        ? Resource.Kind.GIT
        : text.startsWith(KUBERNETES) ? Resource.Kind.KUBERNETES : Resource.Kind.POSTGRES;
  }

  /**
   * What such a text is about.
   *
   * @return nothing where it begins with neither {@link #GIT} nor {@link #KUBERNETES}: then it is
   *     SQL
   * @throws UnreadableCommandException with words for people, where it does and is none
   */
  public static Optional<Act> read(String text) {
    if (text.startsWith(GIT)) {
      return Optional.of(git(text.substring(GIT.length())));
    }
    if (text.startsWith(KUBERNETES)) {
      return Optional.of(kubernetes(text.substring(KUBERNETES.length())));
    }
    return Optional.empty();
  }

  /**
   * What becomes of a ref: {@code CHANGE REF [PATH ...] [with CONDITION, ...]}.
   *
   * @throws UnreadableCommandException with words for people, where it is none
   */
  public static RefUpdate git(String text) {
    Phrase phrase = Phrase.of(text, GitCondition.ALWAYS);
    if (phrase.words().size() < 2) {
      throw wrong(text, "what becomes of the ref, then its full name: push refs/heads/main");
    }
    String change = phrase.words().getFirst();
    List<String> changes = new ArrayList<>(GitSheet.ACTIONS);
    changes.add(PUSH);
    check(change, changes);
    String ref = phrase.words().get(1);
    if (!ref.startsWith("refs/")) {
      throw new UnreadableCommandException(
          ref, "a full name that begins with refs/", Optional.of("refs/heads/" + ref));
    }
    Set<GitCondition> conditions = phrase.conditions(GitCondition.class);
    return update(
        change.equals(PUSH)
            ? RefUpdate.Change.FAST_FORWARD
            : Vocabulary.constant(RefUpdate.Change.class, change),
        ref,
        phrase.words().subList(2, phrase.words().size()),
        conditions);
  }

  /** A change of a ref for which these conditions hold. */
  public static RefUpdate update(
      RefUpdate.Change change, String ref, List<String> paths, Set<GitCondition> conditions) {
    RefUpdate.PathChange.Content content =
        conditions.contains(GitCondition.LINK)
            ? RefUpdate.PathChange.Content.SYMLINK
            : conditions.contains(GitCondition.BINARY)
                ? RefUpdate.PathChange.Content.BINARY
                : RefUpdate.PathChange.Content.TEXT;
    return new RefUpdate(
        ref,
        change,
        new RefUpdate.Commits(
            paths.isEmpty() ? 0 : 1,
            !conditions.contains(GitCondition.UNSIGNED),
            Set.of(),
            Set.of(),
            List.of()),
        paths.stream()
            .map(
                path ->
                    new RefUpdate.PathChange(
                        path, RefUpdate.PathChange.Status.MODIFIED, content, 1, 1, 0))
            .toList(),
        conditions.contains(GitCondition.SECRET)
            ? List.of(new RefUpdate.Secret("example", paths.isEmpty() ? "" : paths.getFirst(), ""))
            : List.of(),
        Set.of());
  }

  /**
   * A request: {@code VERB OBJECT [NAME] [in NAMESPACE] [with CONDITION, ...]}.
   *
   * @throws UnreadableCommandException with words for people, where it is none
   */
  public static KubeRequest kubernetes(String text) {
    Phrase phrase = Phrase.of(text, KubeCondition.ALWAYS);
    List<String> words = new ArrayList<>(phrase.words());
    if (words.size() < 2) {
      throw wrong(text, "a verb, then an object: delete deployments.apps shop in prod");
    }
    check(words.getFirst(), KubernetesSheet.VERBS);
    String namespace = "";
    int in = words.indexOf(IN);
    if (in >= 0) {
      if (in < 2 || in != words.size() - 2) {
        throw wrong(text, "one namespace after the word in, at the end");
      }
      namespace = words.getLast();
      words = words.subList(0, in);
    }
    if (words.size() > 3) {
      throw wrong(words.get(3), "at most one name after the object, then in and a namespace");
    }
    return request(
        Vocabulary.constant(KubeRequest.Verb.class, words.getFirst()),
        new KubeRequest.Target(words.get(1), "", namespace, words.size() == 3 ? words.get(2) : ""),
        phrase.conditions(KubeCondition.class),
        phrase.images(),
        phrase.command());
  }

  /** A request for which these conditions hold. */
  public static KubeRequest request(
      KubeRequest.Verb verb,
      KubeRequest.Target target,
      Set<KubeCondition> conditions,
      Collection<String> images,
      List<String> command) {
    Set<String> all = new LinkedHashSet<>(images);
    if (conditions.contains(KubeCondition.FOREIGN_IMAGE)) {
      all.add(FOREIGN);
    }
    return new KubeRequest(
        verb,
        target,
        new KubeRequest.Body(
            conditions.stream()
                .flatMap(condition -> condition.trait().stream())
                .collect(Collectors.toSet()),
            all,
            Set.of()),
        conditions.contains(KubeCondition.DRY_RUN),
        command);
  }

  /**
   * A text taken apart at its first {@code with}.
   *
   * @param images those given as {@code image NAME}
   * @param command the words of what was given as {@code command WORD ...}
   */
  private record Phrase(
      List<String> words, List<String> with, List<String> images, List<String> command) {

    static <E extends Enum<E>> Phrase of(String text, E always) {
      List<String> words =
          Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
      int at = words.indexOf(WITH);
      List<String> vocabulary = new ArrayList<>(Vocabulary.conditions(always));
      if (at < 0) {
        return new Phrase(words, List.of(), List.of(), List.of());
      }
      List<String> with = new ArrayList<>();
      List<String> images = new ArrayList<>();
      List<String> command = new ArrayList<>();
      boolean isRequest = always instanceof KubeCondition;
      for (String each : String.join(" ", words.subList(at + 1, words.size())).split(",", -1)) {
        String condition = each.strip();
        if (isRequest && condition.startsWith(IMAGE)) {
          images.add(condition.substring(IMAGE.length()).strip());
        } else if (isRequest && condition.startsWith(COMMAND)) {
          command.addAll(List.of(condition.substring(COMMAND.length()).strip().split("\\s+")));
        } else {
          check(condition, vocabulary);
          with.add(condition);
        }
      }
      return new Phrase(words.subList(0, at), with, images, command);
    }

    <E extends Enum<E>> Set<E> conditions(Class<E> type) {
      return with.stream()
          .map(word -> Vocabulary.constant(type, word))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  private static void check(String word, List<String> vocabulary) {
    if (!vocabulary.contains(word)) {
      throw new UnreadableCommandException(
          word, String.join(", ", vocabulary), Vocabulary.nearest(word, vocabulary));
    }
  }

  private static UnreadableCommandException wrong(String found, String allowed) {
    return new UnreadableCommandException(found, allowed, Optional.empty());
  }
}
