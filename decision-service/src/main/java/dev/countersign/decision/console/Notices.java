package dev.countersign.decision.console;

import java.util.Map;
import java.util.Optional;

/** What has just been done, in words. An address names one; it never brings words of its own. */
final class Notices {

  private static final Map<String, String> WORDS =
      Map.of(
          "approved", "Approved. Your answer is on the record.",
          "voted", "Your yes is on the record. Others have to say yes too.",
          "denied", "Denied. The agent reads your reason.",
          "killed", "The session is being ended.",
          "revoked", "The grant is revoked; its sessions end within two seconds.",
          "unasked", "The pre-approval is revoked; people are asked again.",
          "requested", "Your request waits for an approver.",
          "granted", "Access is granted.",
          "activated", "The version is in force.",
          "submitted", "The version is kept. Another officer can put it in force.");

  private Notices() {}

  static Optional<String> of(String name) {
    return Optional.ofNullable(WORDS.get(name));
  }
}
