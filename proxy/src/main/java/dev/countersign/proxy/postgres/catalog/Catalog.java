package dev.countersign.proxy.postgres.catalog;

import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of one database: its user relations, which of them are built upon which, and the names
 * of its user functions. System relations are not listed; their OIDs are below {@link
 * #FIRST_USER_OID}.
 */
public final class Catalog {

  /** FirstNormalObjectId of PostgreSQL's transam.h: what initdb made has a lower OID. */
  static final int FIRST_USER_OID = 16384;

  static final String SYSTEM_SCHEMA = "pg_catalog";
  static final List<String> SYSTEM_SCHEMAS = List.of("pg_catalog.", "information_schema.");

  private static final AtomicLong EPOCHS = new AtomicLong();

  private final long epoch = EPOCHS.incrementAndGet();
  private final boolean known;
  private final List<String> searchPath;
  private final Map<Integer, Relation> byOid;
  private final Map<String, Relation> byName;
  private final Dependencies dependencies;
  private final Map<Integer, Set<Integer>> kept;
  private final Set<Integer> opaqueViews;
  private final RewriteRules rules;
  private final Set<String> systemRelations;
  private final Set<String> systemAttributes;
  private final UserCode userCode;
  private final OtherNames others;

  /**
   * @param known whether it is of a real database
   * @param kept for each relation the columns of which the catalog keeps a value
   * @param opaqueViews views that call functions of which nobody knows what they read, or show
   *     statistics
   * @param rules what the server does besides, or instead
   * @param systemRelations bare names of the relations of pg_catalog
   * @param systemAttributes bare names of its functions that can be called by one argument
   * @param others names of what is neither relation nor function
   */
  Catalog(
      boolean known,
      List<String> searchPath,
      Collection<Relation> relations,
      Dependencies dependencies,
      Map<Integer, Set<Integer>> kept,
      Set<Integer> opaqueViews,
      RewriteRules rules,
      Set<String> systemRelations,
      Set<String> systemAttributes,
      UserCode userCode,
      OtherNames others) {
    this.known = known;
    this.searchPath = List.copyOf(searchPath);
    Map<String, List<Relation>> named =
        relations.stream().collect(groupingBy(Relation::qualifiedName));
    // Names with dots in them may read alike: what cannot be told apart is not known.
    named.values().removeIf(alike -> alike.size() > 1);
    this.byOid =
        named.values().stream()
            .map(List::getFirst)
            .collect(toUnmodifiableMap(Relation::oid, identity()));
    this.byName =
        byOid.values().stream().collect(toUnmodifiableMap(Relation::qualifiedName, identity()));
    this.dependencies = dependencies;
    this.kept = Map.copyOf(kept);
    this.opaqueViews = Set.copyOf(opaqueViews);
    this.rules = rules;
    this.systemRelations = Set.copyOf(systemRelations);
    this.systemAttributes = Set.copyOf(systemAttributes);
    this.userCode = userCode;
    this.others = others;
    if (searchPath.isEmpty()) {
      throw new IllegalArgumentException("a search path names at least one schema");
    }
  }

  /** Stands for a database that is not at hand: names resolve to the first schema of the path. */
  public static Catalog unknown(List<String> searchPath) {
    return new Catalog(
        false,
        searchPath,
        List.of(),
        Dependencies.NONE,
        Map.of(),
        Set.of(),
        RewriteRules.NONE,
        Set.of(),
        Set.of(),
        UserCode.NONE,
        OtherNames.NONE);
  }

  /** Whether this is a snapshot of a real database. */
  public boolean isKnown() {
    return known;
  }

  /** Differs between any two snapshots of this process. */
  public long epoch() {
    return epoch;
  }

  public Optional<Relation> relation(int oid) {
    return Optional.ofNullable(byOid.get(oid));
  }

  /** By {@code schema.name}. */
  public Optional<Relation> relation(String qualifiedName) {
    return Optional.ofNullable(byName.get(qualifiedName));
  }

  /** Whether a relation of that {@code schema.name} is here, or is PostgreSQL's own. */
  public boolean knows(String qualifiedName) {
    return byName.containsKey(qualifiedName)
        || SYSTEM_SCHEMAS.stream().anyMatch(qualifiedName::startsWith);
  }

  Collection<Relation> relations() {
    return byOid.values();
  }

  /** The relations a view or child is directly made of. */
  Set<Integer> sources(int oid) {
    return dependencies.sources().getOrDefault(oid, Set.of());
  }

  /** The relations of which that one is a partition or child, however far up. */
  public Set<String> ancestors(String qualifiedName) {
    Relation part = byName.get(qualifiedName);
    if (part == null || part.isView() || sources(part.oid()).isEmpty()) {
      return Set.of();
    }
    Set<String> ancestors = new HashSet<>();
    addAncestors(part, ancestors);
    return ancestors;
  }

  private void addAncestors(Relation part, Set<String> ancestors) {
    for (int source : sources(part.oid())) {
      Relation parent = byOid.get(source);
      if (parent != null && ancestors.add(parent.qualifiedName())) {
        addAncestors(parent, ancestors);
      }
    }
  }

  /**
   * What TRUNCATE … CASCADE of a relation empties besides: tables that refer to it, or to a child
   * that is emptied along with it.
   */
  public Set<String> emptiedWith(String qualifiedName) {
    Set<Integer> whole = leadingTo(itself(qualifiedName), dependencies.sources());
    return besides(whole, leadingTo(whole, dependencies.references()));
  }

  /** The tables that the foreign keys of a relation refer to. */
  Set<Integer> referredToBy(String qualifiedName) {
    return relation(qualifiedName)
        .map(table -> dependencies.references().getOrDefault(table.oid(), Set.of()))
        .orElseGet(Set::of);
  }

  /** Whether what is written to a view may go to a table of PostgreSQL's own. */
  boolean isOverSystem(String qualifiedName) {
    return relation(qualifiedName)
        .filter(relation -> isOverSystem(relation, new HashSet<>()))
        .isPresent();
  }

  private boolean isOverSystem(Relation relation, Set<Integer> seen) {
    if (!relation.isView() || !seen.add(relation.oid())) {
      return false;
    }
    List<Integer> users =
        sources(relation.oid()).stream()
            .filter(source -> Integer.compareUnsigned(source, FIRST_USER_OID) >= 0)
            .toList();
    return users.isEmpty()
        || users.stream()
            .flatMap(source -> relation(source).stream())
            .anyMatch(source -> isOverSystem(source, seen));
  }

  /** The columns of a table's primary key; empty if the table or its key is not known. */
  public Optional<List<String>> primaryKey(String qualifiedName) {
    return relation(qualifiedName)
        .flatMap(
            table ->
                Optional.ofNullable(dependencies.keys().get(table.oid()))
                    .map(
                        key ->
                            table.columns().entrySet().stream()
                                .filter(column -> key.contains(column.getKey()))
                                .map(Map.Entry::getValue)
                                .toList()));
  }

  /** The tables whose foreign keys may go with something that is no table: an index, a type. */
  public Set<String> referring() {
    Set<String> names = new TreeSet<>();
    dependencies
        .references()
        .keySet()
        .forEach(oid -> relation(oid).ifPresent(table -> names.add(table.qualifiedName())));
    return names;
  }

  /** Whether columns or functions have its rows as their type: they go where it is dropped. */
  public boolean isType(String qualifiedName) {
    return relation(qualifiedName)
        .map(found -> dependencies.types().contains(found.oid()))
        .orElse(false);
  }

  /** What DROP … CASCADE of a relation takes along: views over it, and its children. */
  public Set<String> droppedWith(String qualifiedName) {
    Set<Integer> itself = itself(qualifiedName);
    return besides(itself, leadingTo(itself, dependencies.sources()));
  }

  private Set<Integer> itself(String qualifiedName) {
    return relation(qualifiedName).map(found -> Set.of(found.oid())).orElseGet(Set::of);
  }

  private static Set<Integer> leadingTo(Set<Integer> ends, Map<Integer, Set<Integer>> edges) {
    Set<Integer> oids = new HashSet<>(ends);
    while (spreads(oids, edges)) {
      // Until nothing new is reached.
    }
    return oids;
  }

  private Set<String> besides(Set<Integer> known, Set<Integer> oids) {
    Set<String> names = new TreeSet<>();
    oids.stream()
        .filter(oid -> !known.contains(oid))
        .forEach(oid -> relation(oid).ifPresent(found -> names.add(found.qualifiedName())));
    return names;
  }

  /** Adds what leads to any of them in one step, and answers whether there was anything to add. */
  private static boolean spreads(Set<Integer> oids, Map<Integer, Set<Integer>> edges) {
    boolean isNew = false;
    for (Map.Entry<Integer, Set<Integer>> edge : edges.entrySet()) {
      if (edge.getValue().stream().anyMatch(oids::contains)) {
        isNew |= oids.add(edge.getKey());
      }
    }
    return isNew;
  }

  /** Whether any session has a temporary relation of that name: for it, it stands before others. */
  boolean isTakenForNow(String name) {
    return byName.values().stream()
        .anyMatch(
            relation -> relation.name().equals(name) && relation.schema().startsWith("pg_temp_"));
  }

  /** The relations of a schema. */
  public Set<String> relationsOf(String schema) {
    return byName.values().stream()
        .filter(relation -> relation.schema().equals(schema))
        .map(Relation::qualifiedName)
        .collect(toCollection(TreeSet::new));
  }

  /** For each relation the columns of which the catalog keeps a value. */
  Map<Integer, Set<Integer>> kept() {
    return kept;
  }

  /** The columns that the database writes by itself from others. */
  List<ColumnCopy> copies() {
    return dependencies.copies();
  }

  RewriteRules rules() {
    return rules;
  }

  /**
   * Whether nobody knows what it shows: the query of a view, or a rule that says what RETURNING
   * returns, calls users' functions or such as run SQL in a text, or reads statistics.
   */
  boolean isOpaque(int oid) {
    return opaqueViews.contains(oid)
        || (rules.returning().contains(oid) && rules.opaque().contains(oid));
  }

  /**
   * The relations with which the server runs what nobody can follow, or what reads any of these.
   *
   * @param read what is looked for
   */
  Set<Integer> running(Set<Integer> read) {
    Set<Integer> running = new HashSet<>(opaqueViews);
    running.addAll(rules.opaque());
    rules
        .uses()
        .forEach(
            (oid, used) -> {
              if (used.stream().anyMatch(read::contains)) {
                running.add(oid);
              }
            });
    while (spreads(running, dependencies.sources()) || spreads(running, rules.uses())) {
      // Until nothing new is reached: rules lead to relations that have rules.
    }
    return running;
  }

  /**
   * The qualified name of a relation as PostgreSQL would look it up: pg_catalog first, then the
   * search path. A name nobody has goes to the first schema of the path, where it would be created.
   */
  public String qualifyRelation(@Nullable String schema, String name) {
    requireNonNull(name, "name");
    if (schema != null) {
      return schema + "." + name;
    }
    boolean isSystem = known ? systemRelations.contains(name) : name.startsWith("pg_");
    if (isSystem) {
      return SYSTEM_SCHEMA + "." + name;
    }
    for (String candidate : searchPath) {
      if (isThere(candidate, name)) {
        return candidate + "." + name;
      }
    }
    return searchPath.getFirst() + "." + name;
  }

  /**
   * What else of the search path has a relation's name.
   *
   * @param qualifiedName the relation that is found now
   */
  public List<String> namesakes(String qualifiedName, String name) {
    if (searchPath.size() == 1 || qualifiedName.startsWith(SYSTEM_SCHEMA + ".")) {
      return List.of();
    }
    return searchPath.stream()
        .filter(schema -> isThere(schema, name))
        .map(schema -> schema + "." + name)
        .filter(other -> !other.equals(qualifiedName))
        .toList();
  }

  /** Whether a relation of that schema is found before another one of its name that is there. */
  public boolean isFoundBeforeOthers(String schema, String name) {
    int place = searchPath.indexOf(schema);
    return place >= 0
        && searchPath.subList(place + 1, searchPath.size()).stream()
            .anyMatch(later -> byName.containsKey(later + "." + name));
  }

  private boolean isThere(String schema, String name) {
    return byName.containsKey(schema + "." + name) || others.hasRelation(schema, name);
  }

  /** What a type's name without a schema may mean; a name nobody has goes to the first schema. */
  public List<String> typesNamed(String name) {
    List<String> found =
        searchPath.stream()
            .filter(schema -> others.hasType(schema, name))
            .map(schema -> schema + "." + name)
            .toList();
    return found.isEmpty() ? List.of(defaultSchema() + "." + name) : found;
  }

  /** Whether a relation or a user's function of that {@code schema.name} may be here. */
  public boolean mayHave(String qualifiedName) {
    int dot = qualifiedName.indexOf('.');
    return !known
        || byName.containsKey(qualifiedName)
        || userCode.isNamed(qualifiedName.substring(0, dot), qualifiedName.substring(dot + 1));
  }

  /**
   * The schemas of the search path that hold a user's function, operator or base type of that name:
   * code that PostgreSQL may prefer to its own. Of several it takes the one that fits the arguments
   * best. A superuser may have put it right beside PostgreSQL's own.
   */
  public List<String> schemasOfUserFunction(String name) {
    return Stream.concat(searchPath.stream(), Stream.of(SYSTEM_SCHEMA))
        .filter(schema -> userCode.isNamed(schema, name))
        .toList();
  }

  /** Whether PostgreSQL has a function of that name that can be written like an attribute. */
  public boolean isAttribute(String name) {
    return systemAttributes.contains(name);
  }

  /** Whether that schema holds a user's function, operator or type of that name. */
  public boolean hasUserFunction(String schema, String name) {
    return userCode.isNamed(schema, name);
  }

  /** Whether a cast to that type may run code of users' of which its name says nothing. */
  public boolean mayConvertTo(Optional<String> schema, String type) {
    return userCode.conversions().mayLeadTo(schema, defaultSchema(), type);
  }

  /** Whether a temporary type of that name would be taken for a harmless one. */
  boolean isPlainType(String bareName) {
    return userCode.conversions().hidesBehind(bareName);
  }

  /** The schema new objects go to. */
  public String defaultSchema() {
    return searchPath.getFirst();
  }
}
