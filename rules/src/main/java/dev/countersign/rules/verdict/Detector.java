package dev.countersign.rules.verdict;

/** A kind of content that can be found in a value whatever its column is called. */
public enum Detector {
  EMAIL,
  PHONE,
  IBAN,
  PAYMENT_CARD,
  SSN,
  /** Keys, tokens and passwords. */
  SECRET
}
