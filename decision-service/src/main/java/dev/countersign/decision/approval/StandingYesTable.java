package dev.countersign.decision.approval;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.countersign.decision.approval.ApprovalTable.Filing;
import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Finds the yes that is there before its command. It is looked for in the transaction that files
 * the command, with its row locked: what is revoked before that commits lets nothing through.
 */
final class StandingYesTable {

  private StandingYesTable() {}

  static Optional<StandingYes> find(Handle handle, Filing filing) {
    return beforehand(handle, filing).or(() -> emergency(handle, filing));
  }

  /**
   * An emergency holds for commands of the subjects it is declared for, and never for those of its
   * own openers or of whoever acts with or for them.
   */
  private static Optional<StandingYes> emergency(Handle handle, Filing filing) {
    if (!filing.isCommand()) {
      return Optional.empty();
    }
    Subject subject = filing.command().subject();
    return handle
        .createQuery(
            """
            SELECT id, reason, proposed_by, opened_by AS approver FROM emergency
            WHERE state = 'OPEN' AND until > clock_timestamp()
              AND :resource = ANY (resources) AND groups && :groups::text[]
              AND (agents OR :kind = 'HUMAN')
            ORDER BY until DESC FOR SHARE
            """)
        .bind("resource", filing.command().resource())
        .bindArray("groups", String.class, subject.groups())
        .bind("kind", subject.kind().name())
        .map(
            (row, context) -> {
              Subject proposer =
                  Stored.read(row.getString("proposed_by"), new TypeReference<>() {});
              Subject opener = ApprovalRow.approver(row).orElseThrow();
              return ApproverRules.isOutsider(proposer, subject)
                      && ApproverRules.isOutsider(opener, subject)
                  ? Optional.of(
                      new StandingYes(
                          row.getString("id"),
                          opener,
                          "emergency %s, opened by %s and %s: %s"
                              .formatted(
                                  row.getString("id"),
                                  proposer.name(),
                                  opener.name(),
                                  row.getString("reason"))))
                  : Optional.<StandingYes>empty();
            })
        .list()
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * A pre-approval holds for the very subject, whoever it acts for included, on one resource, under
   * the policy it was given by, and only if its approvers are those that are asked for now.
   */
  private static Optional<StandingYes> beforehand(Handle handle, Filing filing) {
    Optional<Fingerprint> fingerprint = Fingerprint.of(filing);
    if (fingerprint.isEmpty()) {
      return Optional.empty();
    }
    Subject subject = filing.command().subject();
    return handle
        .createQuery(
            """
            SELECT id, approver, ends_at, asked_by FROM pre_approval
            WHERE state = 'GIVEN' AND ends_at > clock_timestamp()
              AND fingerprint = :fingerprint AND any_values = :anyValues
              AND issuer = :issuer AND subject_id = :subjectId
              AND subject -> 'kind' = :subject::jsonb -> 'kind'
              AND subject -> 'onBehalfOf' IS NOT DISTINCT FROM :subject::jsonb -> 'onBehalfOf'
              AND subject -> 'delegation' IS NOT DISTINCT FROM :subject::jsonb -> 'delegation'
              AND resource = :resource AND policy_version = :policyVersion
              AND quorum >= :quorum
              AND NOT EXISTS (SELECT FROM jsonb_array_elements(:groups::jsonb) asked
                WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(approver_groups) met
                  WHERE met <@ asked AND asked <@ met))
            ORDER BY ends_at LIMIT 1
            FOR SHARE
            """)
        .bind("fingerprint", fingerprint.get().value())
        .bind("anyValues", fingerprint.get().anyValues())
        .bind("issuer", subject.issuer())
        .bind("subjectId", subject.id())
        .bind("subject", Stored.json(subject))
        .bind("resource", filing.command().resource())
        .bind("policyVersion", filing.command().policyVersion())
        .bind("quorum", filing.demand().quorum())
        .bind("groups", Stored.json(filing.demand().groups()))
        .map(
            (row, context) ->
                new StandingYes(
                    row.getString("id"),
                    ApprovalRow.approver(row).orElseThrow(),
                    "pre-approved by "
                        + row.getString("id")
                        + " until "
                        + Stored.instant(row, "ends_at")))
        .findOne();
  }
}
