package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.ObjectName;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.jspecify.annotations.Nullable;

/** The refs of an upstream at one moment. */
final class UpstreamRefs {

  private static final int MOST_STEPS = 5;

  /** What clones have in front of the names of branches. */
  private static final String CLONED = "origin/";

  private static final List<String> SHORT =
      List.of(
          "%s",
          "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD");

  private final Map<String, AdvertisedRef> byName = new HashMap<>();
  private @Nullable NavigableMap<String, String> folded;

  UpstreamRefs(List<AdvertisedRef> refs) {
    refs.forEach(ref -> byName.put(ref.name(), ref));
  }

  Optional<ObjectName> id(String ref) {
    return Optional.ofNullable(byName.get(ref)).map(AdvertisedRef::id);
  }

  Iterable<AdvertisedRef> all() {
    return byName.values();
  }

  /** The refs that git may take a short name for. */
  List<String> called(String name) {
    return SHORT.stream().map(form -> form.formatted(name)).filter(byName::containsKey).toList();
  }

  /** The ref that a write to this one changes: itself, or what it stands for. */
  String resolve(String ref) {
    String name = ref;
    for (int step = 0; step < MOST_STEPS; step++) {
      AdvertisedRef found = byName.get(name);
      if (found == null || found.symbolicTo().isEmpty()) {
        return name;
      }
      name = found.symbolicTo().get();
    }
    return name;
  }

  /** Another ref whose name differs in nothing but case or form. */
  Optional<String> twin(String ref) {
    return Optional.ofNullable(folded().get(RefNames.fold(ref))).filter(name -> !name.equals(ref));
  }

  private NavigableMap<String, String> folded() {
    NavigableMap<String, String> known = folded;
    if (known == null) {
      known = RefNames.folded(byName.keySet());
      folded = known;
    }
    return known;
  }

  /**
   * Another ref that a new one cannot stand beside: git keeps refs like files, and one of the names
   * would be a directory of the other.
   *
   * @param gone the names of refs that are deleted at the same time
   */
  Optional<String> rival(String ref, Set<String> gone) {
    String name = RefNames.fold(ref);
    for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      String above = folded().get(name.substring(0, slash));
      if (above != null && !gone.contains(above)) {
        return Optional.of(above);
      }
    }
    // Behind a slash there comes a zero.
    return folded().subMap(name + '/', name + '0').values().stream()
        .filter(below -> !gone.contains(below))
        .findFirst();
  }

  /**
   * Another ref that a new one would be taken for, or that for it, by whoever says the end of the
   * name only. Tags come with a fetch, and before branches.
   *
   * @param gone the names of refs that are deleted at the same time
   */
  Optional<String> namesake(String ref, Set<String> gone) {
    return shortTwins(ref).stream()
        .map(twin -> folded().getOrDefault(RefNames.fold(twin), ""))
        .filter(there -> !there.isEmpty() && !gone.contains(there))
        .findFirst();
  }

  /** The names of other refs, of which git might take one for this by its short name. */
  static List<String> shortTwins(String ref) {
    if (ref.startsWith(Constants.R_HEADS)) {
      return List.of(Constants.R_TAGS + ref.substring(Constants.R_HEADS.length()));
    }
    if (!ref.startsWith(Constants.R_TAGS)) {
      return List.of();
    }
    String name = ref.substring(Constants.R_TAGS.length());
    return name.startsWith(CLONED)
        ? List.of(Constants.R_HEADS + name, Constants.R_HEADS + name.substring(CLONED.length()))
        : List.of(Constants.R_HEADS + name);
  }

  /** The branch that {@code HEAD} stands for. */
  Optional<String> defaultBranch() {
    return Optional.ofNullable(byName.get("HEAD")).flatMap(AdvertisedRef::symbolicTo);
  }

  /** The objects that branches and tags name. */
  Set<ObjectName> tips() {
    Set<ObjectName> tips = new LinkedHashSet<>();
    byName.values().stream()
        .filter(ref -> ref.name().startsWith("refs/heads/") || ref.name().startsWith("refs/tags/"))
        .forEach(ref -> tips.add(ref.id()));
    return tips;
  }
}
