package dev.countersign.decision.policy;

import dev.countersign.decision.policy.ActivationResult.Activated;
import dev.countersign.decision.policy.ActivationResult.Refused;
import dev.countersign.decision.policy.ActivationResult.Unknown;
import dev.countersign.decision.policy.ActivationResult.Why;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookCheck;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * The versions of the policy, shared by all gateways of one database. A version is named by the
 * hash of its rows, so what is in force can be proved and asked again years later. Safe for any
 * number of threads.
 *
 * <p>A second person must activate a version, unless both it and the one in force say otherwise: a
 * draft cannot lift the rule by which it is judged.
 */
public final class PolicyVersions {

  /** The key on the sheet About; anything but "no" asks for a second person. */
  public static final String FOUR_EYES = "Four eyes";

  private static final int MOST_LISTED = 200;

  private final Database database;
  private final PolicyTable table;
  private final Function<String, List<SqlStatement>> parser;
  private final String officers;

  /**
   * @param parser the facts of a SQL text, for the workbooks' own tests
   * @param officers the group whose members submit and activate
   */
  public PolicyVersions(
      Database database, Function<String, List<SqlStatement>> parser, String officers) {
    this.database = database;
    this.table = new PolicyTable(database.jdbi());
    this.parser = parser;
    this.officers = officers;
  }

  /** Whether somebody may submit and activate: a human of the officers' group. */
  public boolean isOfficer(Subject subject) {
    return subject.kind() == Subject.Kind.HUMAN && subject.groups().contains(officers);
  }

  /**
   * Keeps a workbook as a version that can be activated.
   *
   * @param xlsx the file, as it is
   * @throws PolicyRefusedException if it has faults, or its tests do not come out as they say
   */
  public StoredVersion submit(byte[] xlsx, Subject by) throws PolicyRefusedException {
    if (!isOfficer(by)) {
      throw new IllegalArgumentException("only officers submit");
    }
    return submit(xlsx, Person.of(by));
  }

  private StoredVersion submit(byte[] xlsx, Person by) throws PolicyRefusedException {
    WorkbookPolicy version = WorkbookCheck.pass(WorkbookReader.read(xlsx), parser);
    Workbook workbook = version.workbook();
    boolean fourEyes = !"no".equalsIgnoreCase(workbook.about().get(FOUR_EYES));
    return table.submit(
        version.id(), xlsx, by, fourEyes, workbook.rules().size(), workbook.tests().size());
  }

  /**
   * Puts a version in force: the newest for the first time, or an earlier one again.
   *
   * @param replacing what the caller believes to be in force; empty to not care
   */
  public ActivationResult activate(
      String id, Optional<String> replacing, Subject by, String reason) {
    if (!isOfficer(by)) {
      return new Refused(Why.NOT_OFFICER, "only a human of the group " + officers + " may do this");
    }
    if (table.find(id).isEmpty()) {
      return new Unknown();
    }
    try {
      load(id);
    } catch (PolicyRefusedException e) {
      return new Refused(Why.UNSOUND, String.join("\n", e.faults()));
    }
    Person person = Person.of(by);
    AtomicReference<ActivationResult> result = new AtomicReference<>(new Unknown());
    table
        .activate(
            id,
            person,
            reason,
            situation -> {
              Optional<Refused> objection = objection(situation, replacing, person);
              objection.ifPresent(result::set);
              return objection.isEmpty();
            })
        .ifPresent(activation -> result.set(new Activated(activation)));
    return result.get();
  }

  private static Optional<Refused> objection(
      PolicyTable.Situation situation, Optional<String> replacing, Person by) {
    StoredVersion wanted = situation.wanted().orElseThrow();
    Optional<String> current = situation.current().map(StoredVersion::id);
    if (current.equals(Optional.of(wanted.id()))) {
      return Optional.of(new Refused(Why.IN_FORCE, "this version is in force already"));
    }
    if (replacing.isPresent() && !replacing.equals(current)) {
      return Optional.of(
          new Refused(
              Why.CHANGED_MEANWHILE,
              "another version is in force than you looked at: " + current.orElse("none")));
    }
    boolean fourEyes =
        wanted.fourEyes() || situation.current().map(StoredVersion::fourEyes).orElse(true);
    return fourEyes && wanted.submitter().isSameAs(by)
        ? Optional.of(
            new Refused(
                Why.SAME_PERSON, "you submitted this version; somebody else must activate it"))
        : Optional.empty();
  }

  /** Submits and activates a workbook if nothing is in force yet. */
  public void bootstrap(byte[] xlsx) throws PolicyRefusedException {
    if (table.current().isPresent()) {
      return;
    }
    StoredVersion version = submit(xlsx, Person.BOOTSTRAP);
    table.activate(
        version.id(),
        Person.BOOTSTRAP,
        "the first policy, from the file of the configuration",
        situation -> situation.current().isEmpty());
  }

  /** What is in force; empty before {@link #bootstrap}. */
  public Optional<Activation> current() {
    return table.current();
  }

  /** The activations, the newest first; some hundred at most. */
  public List<Activation> history() {
    return table.history(MOST_LISTED);
  }

  /** The versions, the newest first; some hundred at most. */
  public List<StoredVersion> versions() {
    return table.versions(MOST_LISTED);
  }

  public Optional<StoredVersion> find(String id) {
    return table.find(id);
  }

  /** The workbook as it was submitted. */
  public Optional<byte[]> workbook(String id) {
    return table.workbook(id);
  }

  /**
   * A version that can be asked, whether it is in force or not.
   *
   * @throws PolicyRefusedException if there is none, or what is stored is not what was submitted
   */
  public WorkbookPolicy load(String id) throws PolicyRefusedException {
    byte[] xlsx =
        table
            .workbook(id)
            .orElseThrow(
                () -> new PolicyRefusedException(List.of("there is no policy version " + id)));
    WorkbookPolicy version = WorkbookCheck.pass(WorkbookReader.read(xlsx), parser);
    if (!version.id().equals(id)) {
      throw new PolicyRefusedException(
          List.of(
              "the stored workbook of version "
                  + id
                  + " has the content of "
                  + version.id()
                  + ": it was changed in the database"));
    }
    return version;
  }

  /** Is told what becomes of the policy that is followed. */
  public interface Listener {

    /** A version is in force here. */
    void activated(WorkbookPolicy version, Activation activation);

    /** A version cannot be used; what was in force stays. */
    void refused(Activation activation, List<String> faults);
  }

  /**
   * Loads what is in force, and keeps a policy at it until the following is closed.
   *
   * @throws PolicyRefusedException if nothing is in force, or it cannot be used
   */
  public PolicyFollowing follow(Listener listener) throws PolicyRefusedException {
    Activation activation =
        current()
            .orElseThrow(
                () -> new PolicyRefusedException(List.of("no policy version is in force")));
    WorkbookPolicy first = load(activation.version());
    PolicyFollowing following =
        new PolicyFollowing(database, this, new Policy(first), activation, listener);
    listener.activated(first, activation);
    following.start();
    return following;
  }
}
