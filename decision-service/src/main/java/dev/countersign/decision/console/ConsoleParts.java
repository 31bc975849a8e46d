package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.decision.http.ResourcesApi;
import dev.countersign.decision.identity.StepUp;
import dev.countersign.decision.quota.AddressLimits;
import dev.countersign.decision.signin.BrowserSessions;
import java.net.URI;

/**
 * What the console is made of.
 *
 * @param publicUrl where browsers reach it, without a path
 * @param sessions who is signed in
 * @param strangers how often each address may come to sign in
 * @param stepUp how those must have signed in who answer for others
 * @param journal where is written who reads the record
 * @param readers who may
 * @param health how the record is
 */
public record ConsoleParts(
    URI publicUrl,
    BrowserSessions sessions,
    AddressLimits strangers,
    StepUp stepUp,
    StoredApprovals approvals,
    AccessApi access,
    ResourcesApi resources,
    Journal journal,
    Recordings recordings,
    Readers readers,
    PolicyParts policy,
    EvidenceRoom evidence,
    Health health) {

  public ConsoleParts {
    requireNonNull(publicUrl, "publicUrl");
    requireNonNull(sessions, "sessions");
    requireNonNull(strangers, "strangers");
    requireNonNull(stepUp, "stepUp");
    requireNonNull(approvals, "approvals");
    requireNonNull(access, "access");
    requireNonNull(resources, "resources");
    requireNonNull(journal, "journal");
    requireNonNull(recordings, "recordings");
    requireNonNull(readers, "readers");
    requireNonNull(policy, "policy");
    requireNonNull(evidence, "evidence");
    requireNonNull(health, "health");
  }
}
