package dev.countersign.rules.workbook;

/** What can be true of a command and make it riskier; several can. */
public enum RiskFactor {
  /** Always true: points for a group, a target or an environment. */
  ANY_COMMAND,
  /** It can change something that outlives the session. */
  CHANGE,
  /**
   * It takes something away: DELETE, TRUNCATE, DROP; a force push; a Kubernetes delete, or a scale
   * to nothing.
   */
  DESTRUCTION,
  /** It changes what there is rather than what is in it: CREATE, ALTER, DROP; a custom resource. */
  SCHEMA_CHANGE,
  /** It grants rights or takes them. */
  RIGHTS,
  /** A change of rows that no WHERE clause limits. */
  WITHOUT_WHERE,
  /** Its text does not tell what it does. */
  OPAQUE,
  /** It reads something masked, or a Secret. */
  SENSITIVE_DATA,
  /** A push brings something that looks like a secret. */
  SECRET_FOUND,
  /** It is more than ten parts: accesses of a statement, paths of a push. */
  WIDE,
  /** A request of Kubernetes reaches past its container. */
  PRIVILEGED,
  /** It is before 07:00, after 19:00 or at a weekend, in UTC. */
  OFF_HOURS,
  /** Not a human but an agent asks. */
  AGENT
}
