package dev.countersign.proxy.postgres.catalog;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.countersign.rules.verdict.ContentRule;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is masked in one database: a {@link MaskPlan} resolved to relations and columns.
 *
 * <p>A rule on a table holds for its partitions and children too, and one on a child for the tables
 * that show its rows. A view over anything masked is masked in all its columns, because its own
 * definition is not followed column by column; so is a view that calls a user's function, which may
 * read anything; so is a table of which a rule says what RETURNING returns. A column that the
 * database writes by itself from a masked one is masked as well.
 */
public final class MaskedColumns {

  /** Stands for every relation where {@link #doubting} asks for names. */
  public static final String ANY_RELATION = "*";

  private final MaskPlan plan;
  private final Catalog catalog;
  private final Map<Integer, Map<String, Masker>> byOid;
  private final Set<Integer> running;
  private final Optional<MaskedColumns> sealed;
  private final Optional<MaskedColumns> guarded;
  private final Set<String> doubted;

  private MaskedColumns(
      MaskPlan plan,
      Catalog catalog,
      Map<Integer, Map<String, Masker>> byOid,
      Set<Integer> running,
      Optional<MaskedColumns> sealed,
      Optional<MaskedColumns> guarded,
      Set<String> doubted) {
    this.plan = plan;
    this.catalog = catalog;
    this.byOid = byOid;
    this.running = running;
    this.sealed = sealed;
    this.guarded = guarded;
    this.doubted = doubted;
  }

  public static MaskedColumns of(MaskPlan plan, Catalog catalog) {
    MaskPlan sealed = plan.sealed();
    return of(
        plan,
        catalog,
        sealed.isEmpty() ? Optional.empty() : Optional.of(of(sealed, catalog, Optional.empty())));
  }

  private static MaskedColumns of(MaskPlan plan, Catalog catalog, Optional<MaskedColumns> sealed) {
    Map<Integer, Map<String, Masker>> byOid = new HashMap<>();
    if (!plan.isEmpty()) {
      for (Relation relation : catalog.relations()) {
        Map<String, Masker> masks = masksOf(plan, catalog, relation);
        if (!masks.isEmpty()) {
          byOid.put(relation.oid(), masks);
        }
      }
      while (spreads(catalog, byOid)) {
        // Until nothing new is reached: views stand on views, children have children.
      }
    }
    Set<Integer> running = plan.isEmpty() ? Set.of() : catalog.running(byOid.keySet());
    return new MaskedColumns(
        plan, catalog, Map.copyOf(byOid), running, sealed, Optional.empty(), Set.of());
  }

  /**
   * The same, with the columns whose values are worth knowing who saw them.
   *
   * @param guarded what is masked for anybody
   */
  public MaskedColumns guarding(MaskPlan guarded) {
    return new MaskedColumns(
        plan,
        catalog,
        byOid,
        running,
        sealed,
        Optional.of(of(guarded, catalog, Optional.empty())),
        doubted);
  }

  /**
   * The same, for a transaction in which names may mean other relations until its end: of these
   * only it knows what they are.
   *
   * @param names with schemas or without, or {@link #ANY_RELATION}
   */
  public MaskedColumns doubting(Set<String> names) {
    return names.isEmpty()
        ? this
        : new MaskedColumns(
            plan,
            catalog,
            byOid,
            running,
            sealed.map(columns -> columns.doubting(names)),
            guarded.map(columns -> columns.doubting(names)),
            Set.copyOf(names));
  }

  private static Map<String, Masker> masksOf(MaskPlan plan, Catalog catalog, Relation relation) {
    Map<String, Masker> masks = new HashMap<>();
    for (String column : relation.columns().values()) {
      strictest(plan, relation.qualifiedName(), column)
          .ifPresent(masker -> masks.put(column, masker));
    }
    if (catalog.isOpaque(relation.oid())) {
      relation.columns().values().forEach(column -> masks.putIfAbsent(column, Masker.REDACT));
    }
    return masks;
  }

  /** Carries masks one step further, and answers whether there was anything to carry. */
  private static boolean spreads(Catalog catalog, Map<Integer, Map<String, Masker>> byOid) {
    boolean isNew = spreadsToCopies(catalog, byOid);
    for (Relation relation : catalog.relations()) {
      for (int shown : catalog.rules().shownBy(relation.oid())) {
        isNew |= showsAll(relation, shown, byOid);
      }
      for (int source : catalog.sources(relation.oid())) {
        Optional<Relation> parent = catalog.relation(source);
        if (parent.isEmpty()) {
          continue;
        }
        if (!relation.isView()) {
          isNew |= inherit(relation, byOid.get(source), byOid);
          // Who reads the parent reads the rows of its children.
          isNew |= inherit(parent.get(), byOid.get(relation.oid()), byOid);
        } else {
          isNew |= showsAll(relation, source, byOid);
        }
      }
    }
    return isNew;
  }

  /** What a relation computes from a masked one may be in any of its columns. */
  private static boolean showsAll(
      Relation relation, int source, Map<Integer, Map<String, Masker>> byOid) {
    boolean isNew = false;
    if (!byOid.getOrDefault(source, Map.of()).isEmpty()) {
      Map<String, Masker> masks = byOid.computeIfAbsent(relation.oid(), key -> new HashMap<>());
      for (String column : relation.columns().values()) {
        isNew |= masks.putIfAbsent(column, Masker.REDACT) == null;
      }
    }
    return isNew;
  }

  /** Carries masks to what is generated from masked columns, and to where updates cascade. */
  private static boolean spreadsToCopies(Catalog catalog, Map<Integer, Map<String, Masker>> byOid) {
    boolean isNew = false;
    for (ColumnCopy copy : catalog.copies()) {
      Map<String, Masker> sources = byOid.getOrDefault(copy.sourceRelation(), Map.of());
      Optional<Masker> masker =
          column(catalog, copy.sourceRelation(), copy.sourceColumn())
              .flatMap(source -> Optional.ofNullable(sources.get(source)));
      Optional<String> column = column(catalog, copy.relation(), copy.column());
      if (masker.isPresent() && column.isPresent()) {
        isNew |=
            byOid
                    .computeIfAbsent(copy.relation(), key -> new HashMap<>())
                    .putIfAbsent(column.get(), copy.exact() ? masker.get() : Masker.REDACT)
                == null;
      }
    }
    return isNew;
  }

  private static Optional<String> column(Catalog catalog, int oid, int attnum) {
    return catalog
        .relation(oid)
        .flatMap(relation -> Optional.ofNullable(relation.columns().get(attnum)));
  }

  private static boolean inherit(
      Relation heir, @Nullable Map<String, Masker> from, Map<Integer, Map<String, Masker>> byOid) {
    if (from == null || from.isEmpty()) {
      return false;
    }
    boolean isNew = false;
    Map<String, Masker> masks = byOid.getOrDefault(heir.oid(), new HashMap<>());
    for (Map.Entry<String, Masker> mask : Map.copyOf(from).entrySet()) {
      if (heir.columns().containsValue(mask.getKey())) {
        isNew |= masks.putIfAbsent(mask.getKey(), mask.getValue()) == null;
      }
    }
    if (!masks.isEmpty()) {
      byOid.put(heir.oid(), masks);
    }
    return isNew;
  }

  /** Several rows may mask one column: the masker that keeps least of the value wins. */
  private static Optional<Masker> strictest(MaskPlan plan, String relation, String column) {
    return plan.rules().stream()
        .filter(rule -> rule.hides(relation, column))
        .map(MaskRule::masker)
        .max(Masker.BY_STRICTNESS);
  }

  /** Only the columns that are sealed besides. */
  public Optional<MaskedColumns> sealed() {
    return sealed;
  }

  /** The columns that are masked for anybody; empty if nobody wants to know who saw them. */
  public Optional<MaskedColumns> guarded() {
    return guarded;
  }

  /** A column by its {@code schema.table.column}, as far as the snapshot knows it. */
  public Optional<String> name(int oid, int attnum) {
    return catalog
        .relation(oid)
        .filter(relation -> relation.columns().containsKey(attnum))
        .map(relation -> relation.qualifiedName() + "." + relation.columns().get(attnum));
  }

  /** Whether nothing is masked, neither columns nor contents. */
  public boolean isEmpty() {
    return plan.isEmpty();
  }

  /** What is hidden by what it looks like, in whatever result. */
  public List<ContentRule> contents() {
    return plan.contents();
  }

  /** The columns masked in a relation by its {@code schema.name}. */
  public Set<String> columnsOf(String qualifiedName) {
    return catalog
        .relation(qualifiedName)
        .map(relation -> byOid.getOrDefault(relation.oid(), Map.of()).keySet())
        .orElseGet(Set::of);
  }

  /**
   * Whether nothing of a value shows that is written to that column, now or later: a rule is about
   * its own name. A mask that was carried there ends with what carried it; what is written to a
   * view, or to a temporary table of that name, is kept elsewhere; and of a column that a
   * transaction has just made nobody knows.
   */
  public boolean hidesForGood(String qualifiedName, String column) {
    return knows(qualifiedName)
        && catalog
            .relation(qualifiedName)
            .filter(relation -> !relation.isView() && !catalog.isTakenForNow(relation.name()))
            .isPresent()
        && columnsOf(qualifiedName).contains(column)
        && strictest(plan, qualifiedName, column)
            .filter(masker -> masker != Masker.PARTIAL && masker != Masker.FORMAT)
            .isPresent();
  }

  /** The columns of a relation that are masked only because of what others hold. */
  public Set<String> carriedTo(String qualifiedName) {
    return columnsOf(qualifiedName).stream()
        .filter(column -> strictest(plan, qualifiedName, column).isEmpty())
        .collect(toUnmodifiableSet());
  }

  /**
   * Whether anything of a relation is masked. A relation that the snapshot does not know is if any
   * rule could be about it, unless it is one of PostgreSQL's own.
   */
  public boolean touches(String qualifiedName) {
    return catalog
        .relation(qualifiedName)
        .map(relation -> byOid.containsKey(relation.oid()))
        .orElseGet(
            () ->
                Catalog.SYSTEM_SCHEMAS.stream().noneMatch(qualifiedName::startsWith)
                    && plan.rules().stream()
                        .anyMatch(rule -> rule.relation().matches(qualifiedName)));
  }

  /**
   * Whether with a relation the server runs what is not in the text: rules that read masked
   * columns, or code of users'. What it answers, and its errors, may hold any of their values.
   */
  public boolean runsMore(String qualifiedName) {
    return isAmong(running, qualifiedName);
  }

  /** Whether with a relation the server runs code of users'. */
  public boolean runsCode(String qualifiedName) {
    return !plan.isEmpty() && isAmong(catalog.running(Set.of()), qualifiedName);
  }

  private boolean isAmong(Set<Integer> relations, String qualifiedName) {
    return catalog
        .relation(qualifiedName)
        .filter(relation -> relations.contains(relation.oid()))
        .isPresent();
  }

  /** Whether what is written to a relation may go to the system catalogs. */
  public boolean isOverSystem(String qualifiedName) {
    return qualifiedName.startsWith(Catalog.SYSTEM_SCHEMA + ".")
        || catalog.isOverSystem(qualifiedName);
  }

  /** Whether what does not meet a constraint of a relation is a value of a masked column. */
  public boolean mayQuote(String qualifiedName) {
    return touches(qualifiedName)
        || catalog.referredToBy(qualifiedName).stream().anyMatch(byOid::containsKey);
  }

  /** Whether the catalog keeps a value of a masked column: its default when it was added. */
  public boolean isKeptInCatalog() {
    return !plan.isEmpty()
        && catalog.kept().entrySet().stream()
            .anyMatch(
                kept ->
                    kept.getValue().stream()
                        .anyMatch(attnum -> column(kept.getKey(), attnum).isPresent()));
  }

  /** The masked relations that a name means: itself, or all of a schema by its name. */
  public Set<String> relationsIn(String object) {
    if (catalog.isKnown()) {
      return byOid.keySet().stream()
          .flatMap(oid -> catalog.relation(oid).stream())
          .filter(relation -> isIn(relation, object))
          .map(Relation::qualifiedName)
          .collect(toUnmodifiableSet());
    }
    return touches(object) ? Set.of(object) : Set.of();
  }

  private static boolean isIn(Relation relation, String object) {
    return relation.qualifiedName().equals(object) || relation.schema().equals(object);
  }

  /**
   * Whether a masked relation has that name, in whatever schema, or a type to which casts run no
   * code.
   */
  public boolean hasNamesake(String bareName) {
    if (catalog.isPlainType(bareName)) {
      return true;
    }
    return catalog.isKnown()
        ? byOid.keySet().stream()
            .flatMap(oid -> catalog.relation(oid).stream())
            .anyMatch(relation -> relation.name().equals(bareName))
        : !plan.rules().isEmpty();
  }

  /** Whether the snapshot knows the columns of a relation. */
  public boolean knows(String qualifiedName) {
    return catalog.relation(qualifiedName).filter(relation -> !isDoubted(relation)).isPresent();
  }

  private boolean isDoubted(Relation relation) {
    return doubted.contains(ANY_RELATION)
        || doubted.contains(relation.name())
        || doubted.contains(relation.qualifiedName());
  }

  /** Whether a relation has a column of that name, as far as the snapshot knows. */
  public boolean hasColumn(String qualifiedName, String column) {
    return catalog
        .relation(qualifiedName)
        .map(relation -> relation.columns().containsValue(column))
        .orElse(false);
  }

  /**
   * The masker for a value that is exactly that column of that relation.
   *
   * @param oid not 0
   * @param attnum 0 for the whole row
   */
  public Optional<Masker> column(int oid, int attnum) {
    if (plan.rules().isEmpty() || Integer.compareUnsigned(oid, Catalog.FIRST_USER_OID) < 0) {
      return Optional.empty();
    }
    Optional<Relation> relation = catalog.relation(oid);
    if (relation.isEmpty()) {
      return Optional.of(Masker.REDACT);
    }
    Map<String, Masker> masks = byOid.getOrDefault(oid, Map.of());
    if (attnum < 0) {
      return Optional.empty();
    }
    if (attnum == 0) {
      return masks.isEmpty() ? Optional.empty() : Optional.of(Masker.REDACT);
    }
    String name = relation.get().columns().get(attnum);
    if (name == null) {
      return Optional.of(Masker.REDACT);
    }
    return Optional.ofNullable(masks.get(name));
  }
}
