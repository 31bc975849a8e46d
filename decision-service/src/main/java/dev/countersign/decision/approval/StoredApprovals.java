package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.AnswerResult.Recorded;
import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Unknown;
import dev.countersign.decision.approval.AnswerResult.Why;
import dev.countersign.decision.approval.AnswerTable.Counted;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.ApprovalTable.Filed;
import dev.countersign.decision.approval.ApprovalTable.Filing;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Approvals in PostgreSQL. Any number of gateways share one database: whichever of them takes an
 * answer, the one whose session waits hears of it within a second. Safe for any number of threads.
 *
 * <p>A request ends at once, as withdrawn, if its subject has too many waiting, or if its command
 * is longer than a human would read.
 */
public final class StoredApprovals implements Approvals, AutoCloseable {

  private static final int MAX_LISTED = 200;
  private static final int MAX_COMMENT = 2000;

  /** What a human answers. */
  public enum Answer {
    APPROVE,
    DENY
  }

  private final ApprovalTable table;
  private final AnswerTable answers;
  private final KeptTable kept;
  private final URI publicUrl;
  private final ApprovalLimits limits;
  private final UUID waiter = UUID.randomUUID();
  private final Journal journal;
  private final AnswerSigner signer;
  private final WaitingRoom room;

  private StoredApprovals(
      Database database,
      URI publicUrl,
      ApprovalLimits limits,
      Journal journal,
      AnswerSigner signer) {
    this.journal = journal;
    this.signer = signer;
    this.table = new ApprovalTable(database.jdbi());
    this.answers = new AnswerTable(database.jdbi());
    this.kept = new KeptTable(database.jdbi());
    this.publicUrl = requireNonNull(publicUrl, "publicUrl");
    this.limits = limits;
    this.room = new WaitingRoom(database, table, limits, waiter);
  }

  /**
   * Begins to listen for answers, and withdraws what a gateway that is gone has left waiting.
   *
   * @param publicUrl where approvers reach the API, without a path
   * @param journal where each look and each answer is written before it counts
   */
  public static StoredApprovals open(
      Database database,
      URI publicUrl,
      ApprovalLimits limits,
      Journal journal,
      AnswerSigner signer) {
    var approvals = new StoredApprovals(database, publicUrl, limits, journal, signer);
    approvals.room.open();
    return approvals;
  }

  @Override
  public Pending request(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits) {
    return file(command, session, demand, rows, exhibits, Optional.empty(), false);
  }

  @Override
  public Pending request(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits,
      Optional<Fingerprints> fingerprints) {
    return file(command, session, demand, rows, exhibits, fingerprints, true);
  }

  private Pending file(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits,
      Optional<Fingerprints> fingerprints,
      boolean isCommand) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a command waits for a reason");
    }
    String digest = CommandDigest.of(command);
    String id = ApprovalId.random();
    if (length(command) > limits.commandBytes()) {
      return refused(id, digest, "the command is too long for a human to read");
    }
    if (length(exhibits) > limits.exhibitCharacters()) {
      return refused(
          id, digest, "there is more to look at than a human reads at once; ask for it in parts");
    }
    var filing =
        new Filing(
            id, digest, command, session, waiter, demand, rows, exhibits, fingerprints, isCommand);
    Optional<Filed> filed =
        table.file(filing, limits.waitingPerSubject(), yes -> announce(used(filing, yes)));
    if (filed.isEmpty()) {
      return refused(
          id,
          digest,
          command.subject().name()
              + " has "
              + limits.waitingPerSubject()
              + " commands waiting for approval already");
    }
    Instant expires = filed.get().expires();
    return filed
        .get()
        .standing()
        .map(yes -> answered(id, digest, expires, yes))
        .orElseGet(
            () ->
                new Pending(id, digest, url(id), expires, room.enter(id, digest, demand.expiry())));
  }

  /** Nobody needs to be asked; the command is on the record like those that waited. */
  private Pending answered(String id, String digest, Instant expires, StandingYes yes) {
    return new Pending(
        id,
        digest,
        url(id),
        expires,
        CompletableFuture.completedStage(new Outcome.Approved(yes.by(), yes.comment(), digest)));
  }

  private static Event used(Filing filing, StandingYes yes) {
    return new Event.StandingYesUsed(
        yes.id(),
        filing.id(),
        filing.command().subject(),
        filing.command().resource(),
        filing.digest());
  }

  private static long length(FrozenCommand command) {
    long length = command.text().getBytes(StandardCharsets.UTF_8).length;
    for (FrozenCommand.Parameter parameter : command.parameters()) {
      length += parameter.value().map(String::length).orElse(0);
    }
    return length;
  }

  private static long length(List<Exhibit> exhibits) {
    return exhibits.stream().mapToLong(exhibit -> exhibit.content().length()).sum();
  }

  /** Nothing is stored: whoever floods approvals does not flood the database. */
  private Pending refused(String id, String digest, String reason) {
    return new Pending(
        id,
        digest,
        url(id),
        Instant.now(),
        CompletableFuture.completedStage(new Outcome.Withdrawn(reason)));
  }

  /** Where an approver sees a request. */
  public URI url(String id) {
    return publicUrl.resolve("/approvals/" + id);
  }

  @Override
  public void withdraw(String approval, String reason) {
    table.withdraw(approval, reason);
    room.settle();
  }

  @Override
  public boolean keep(String approval, String objects) {
    return kept.keep(approval, objects);
  }

  @Override
  public Optional<Kept> kept(FrozenCommand command) {
    return kept.find(CommandDigest.of(command), this::url);
  }

  @Override
  public boolean take(String approval) {
    return kept.take(approval, waiter);
  }

  @Override
  public void executed(String approval) {
    table.ran(approval, State.EXECUTED, "");
  }

  @Override
  public void failed(String approval, String error) {
    table.ran(approval, State.FAILED, error);
  }

  /** Requests of the last week that the viewer may see, the newest first, at most 200. */
  public List<Approval.Summary> list(Subject viewer, Optional<State> state) {
    return table.recent(viewer, state, MAX_LISTED).stream()
        .filter(summary -> ApproverRules.maySee(viewer, summary))
        .toList();
  }

  /** How many requests wait, whoever asks. */
  public long waiting() {
    return table.waiting();
  }

  /** What a list shows of those of the named requests that the viewer may see, in no order. */
  public List<Approval.Summary> summaries(Subject viewer, Collection<String> ids) {
    return ids.isEmpty()
        ? List.of()
        : table.summaries(ids).stream()
            .filter(summary -> ApproverRules.maySee(viewer, summary))
            .toList();
  }

  /** What a list shows of a request that is there, for those who tell others of it. */
  public Approval.Summary summary(String id) {
    return table
        .find(id)
        .map(Approval::summary)
        .orElseThrow(() -> new IllegalStateException("there is no approval " + id));
  }

  /** A request, if there is one and the viewer may see it. */
  public Optional<Approval> find(Subject viewer, String id) {
    return table
        .find(ApprovalId.typed(id))
        .filter(approval -> ApproverRules.maySee(viewer, approval.summary()));
  }

  /**
   * A request, shown whole to somebody. Whoever may answer it is written down as having seen it;
   * only then does a yes of theirs count.
   */
  public Optional<Approval> view(Subject viewer, String id) {
    Optional<Approval> found = find(viewer, id);
    found
        .filter(approval -> mayAnswer(viewer, approval.summary()))
        .ifPresent(
            approval -> {
              String view = ViewDigest.of(approval);
              answers.viewed(
                  viewer,
                  approval.id(),
                  view,
                  () ->
                      announce(
                          new Event.ApprovalViewed(
                              approval.id(), viewer, approval.digest(), view)));
            });
    return found;
  }

  /**
   * The differences that lay beside a command, for whoever may read the recording of its session:
   * that holds the rest of it.
   */
  public List<Exhibit> differences(String id) {
    return table.find(id).stream()
        .flatMap(approval -> approval.exhibits().stream())
        .filter(exhibit -> exhibit.format() == Exhibit.Format.DIFF)
        .toList();
  }

  /** A request as a part of the record, for whoever may read that. It is never theirs to answer. */
  public Optional<Approval> recorded(String id) {
    return table.find(ApprovalId.typed(id));
  }

  /** SHA-256 in hex over all that an approver is shown of a request. */
  public String viewDigest(Approval approval) {
    return ViewDigest.of(approval);
  }

  /** The proofs of a request's answers, in the order in which they were given. */
  public List<SignedAnswer> signatures(Approval approval) {
    return answers.signatures(approval.id());
  }

  private void announce(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  /** Whether an answer of that subject would count now. */
  public boolean mayAnswer(Subject approver, Approval.Summary request) {
    return request.state() == State.WAITING
        && ApproverRules.maySee(approver, request)
        && ApproverRules.objection(approver, request).isEmpty();
  }

  /** What keeps somebody who may see a request from answering it, in words. */
  public Optional<String> objection(Subject approver, Approval.Summary request) {
    return ApproverRules.objection(approver, request).map(Refused::message);
  }

  /**
   * Takes an answer.
   *
   * @param digest the digest of the command the approver saw
   * @param comment for the agent and the record, at most 2000 characters; a no has one
   */
  public AnswerResult answer(
      String id, Answer answer, Subject approver, String digest, String comment) {
    return answer(id, answer, approver, digest, Optional.empty(), comment);
  }

  /**
   * Takes an answer that says what its giver was shown.
   *
   * @param digest the digest of the command the approver saw
   * @param shown the digest of all that was on the approver's screen, as {@link #viewDigest} gave
   *     it; if it is there, the answer counts only if the same would be shown now
   * @param comment for the agent and the record, at most 2000 characters; a no has one
   */
  public AnswerResult answer(
      String id,
      Answer answer,
      Subject approver,
      String digest,
      Optional<String> shown,
      String comment) {
    if (comment.length() > MAX_COMMENT) {
      throw new IllegalArgumentException("a comment has at most 2000 characters");
    }
    Optional<Approval> found = find(approver, id);
    if (found.isEmpty()) {
      return new Unknown();
    }
    Approval approval = found.get();
    Optional<Refused> objection =
        ApproverRules.objection(approver, approval.summary())
            .or(() -> objection(approval, answer, digest, comment));
    if (objection.isPresent()) {
      return objection.get();
    }
    String view = ViewDigest.of(approval);
    if (shown.isPresent() && !shown.get().equals(view)) {
      return new Refused(
          Why.VIEW_MISMATCH, "what you were shown is not what there is to see of it now");
    }
    boolean seen = answers.hasSeen(approver, view);
    if (!seen && answer == Answer.APPROVE && approval.state() == State.WAITING) {
      return new Refused(Why.NOT_SEEN, "nobody says yes to what they have not looked at");
    }
    return count(answer, approval, approver, seen ? view : "", comment);
  }

  private static Optional<Refused> objection(
      Approval approval, Answer answer, String digest, String comment) {
    if (!approval.digest().equals(digest)) {
      return Optional.of(
          new Refused(
              Why.DIGEST_MISMATCH, "the answer is about another command than the one that waits"));
    }
    return answer == Answer.DENY && comment.isBlank()
        ? Optional.of(new Refused(Why.REASON_MISSING, "a no says why: the agent reads it"))
        : Optional.empty();
  }

  private AnswerResult count(
      Answer answer, Approval approval, Subject approver, String view, String comment) {
    var vote =
        new Vote(
            approval.id(),
            approver,
            switch (answer) {
              case APPROVE -> Event.ApprovalVoted.Vote.YES;
              case DENY -> Event.ApprovalVoted.Vote.NO;
            },
            approval.digest(),
            view,
            comment);
    Counted counted =
        switch (answer) {
          case APPROVE -> answers.approve(vote, now -> signed(vote, now));
          case DENY -> answers.deny(vote, now -> signed(vote, now));
        };
    room.settle();
    Approval after = table.find(approval.id()).orElseThrow();
    return switch (counted) {
      case DECIDED, MORE_NEEDED -> new Recorded(after);
      case SAID_BEFORE ->
          new Refused(
              Why.ALREADY_ANSWERED,
              "you have said yes already; %s needs %d people, each once"
                  .formatted(after.id(), after.summary().quorum()));
      case TOO_LATE -> new Refused(Why.ALREADY_DECIDED, ended(after));
    };
  }

  /** In the journal before it counts: an answer that nobody can prove has not been given. */
  private AnswerSignature signed(Vote vote, Instant now) {
    AnswerSignature signature = signer.sign(vote, now);
    announce(
        new Event.ApprovalVoted(
            vote.approval(),
            vote.approver(),
            vote.vote(),
            vote.digest(),
            vote.view(),
            now,
            vote.comment(),
            signature.key(),
            signature.signature()));
    return signature;
  }

  /**
   * Gives the answer that was given to one request to all that look the same and wait.
   *
   * @return the ids of those for which it counts
   */
  public List<String> answerIdentical(
      Approval answered, Answer answer, Subject approver, String comment) {
    String view = ViewDigest.of(answered);
    return table.identical(answered.id(), answered.digest()).stream()
        .filter(id -> find(approver, id).filter(a -> ViewDigest.of(a).equals(view)).isPresent())
        .filter(id -> answer(id, answer, approver, answered.digest(), comment) instanceof Recorded)
        .toList();
  }

  private static String ended(Approval approval) {
    // It may still be waiting for the sweep that ends what is over its time.
    State state = approval.state() == State.WAITING ? State.EXPIRED : approval.state();
    String by =
        approval
            .ending()
            .flatMap(Approval.Ending::by)
            .map(subject -> " by " + subject.name())
            .orElse("");
    return approval.id() + " is " + state.name().toLowerCase(Locale.ROOT) + by + " already";
  }

  /** Withdraws what waits here. */
  @Override
  public void close() {
    room.close();
  }
}
