package dev.countersign.audit.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.UUID;

/** Names one session: one connection of one subject to one resource. */
public record SessionId(String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SessionId {
    requireNonNull(value, "value");
  }

  public static SessionId random() {
    return new SessionId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
