package dev.countersign.rules.workbook;

import java.util.Optional;

/** A Git or Kubernetes command that is not in the words of the workbook; the message says why. */
public final class UnreadableCommandException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  UnreadableCommandException(String found, String allowed, Optional<String> nearest) {
    this(new Fault("command", Vocabulary.quote(found), allowed, nearest));
  }

  private UnreadableCommandException(Fault fault) {
    super(fault.toString());
    this.fault = fault;
  }

  void tell(Cells cells, String title) {
    cells.fault(title, fault.found(), fault.allowed(), fault.nearest());
  }
}
