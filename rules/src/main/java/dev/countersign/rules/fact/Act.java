package dev.countersign.rules.fact;

/** What the rules judge at once: a statement, a change of a ref, or a request to a cluster. */
public sealed interface Act permits SqlStatement, RefUpdate, KubeRequest {}
