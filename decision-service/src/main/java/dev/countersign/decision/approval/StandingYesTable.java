package dev.countersign.decision.approval;

import dev.countersign.decision.approval.ApprovalTable.Filing;
import dev.countersign.rules.fact.Subject;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Finds the yes that is there before its command. It is looked for in the transaction that files
 * the command, with its row locked: what is revoked before that commits lets nothing through.
 */
final class StandingYesTable {

  private StandingYesTable() {}

  /**
   * A pre-approval holds for the very subject, whoever it acts for included, on one resource, under
   * the policy it was given by, and only if its approvers are those that are asked for now.
   */
  static Optional<StandingYes> find(Handle handle, Filing filing) {
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
        .bind("subject", ApprovalRow.json(subject))
        .bind("resource", filing.command().resource())
        .bind("policyVersion", filing.command().policyVersion())
        .bind("quorum", filing.demand().quorum())
        .bind("groups", ApprovalRow.json(filing.demand().groups()))
        .map(
            (row, context) ->
                new StandingYes(
                    row.getString("id"),
                    ApprovalRow.approver(row).orElseThrow(),
                    "pre-approved by "
                        + row.getString("id")
                        + " until "
                        + ApprovalRow.instant(row, "ends_at")))
        .findOne();
  }
}
