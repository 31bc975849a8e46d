package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.audit.query.Condition;
import dev.countersign.audit.query.Field;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The events of a journal while they are read in order, each with what can be asked of it. */
public final class Reading {

  private static final UUID NO_JOURNAL = new UUID(0, 0);

  private final SessionContexts sessions;

  /** Of a journal, from where it can be read on. */
  public Reading(StoredJournal journal) {
    sessions = new SessionContexts(journal);
  }

  /** The next event. */
  public Read next(RecordedEvent recorded) {
    return new Read(recorded, sessions.follow(recorded));
  }

  /** An event, and what it is about. Not thread-safe. */
  public static final class Read {

    private final RecordedEvent recorded;
    private final Background background;

    /** Made when it is asked for: most of what is read is not searched. */
    private @Nullable JsonNode document;

    private Read(RecordedEvent recorded, Background background) {
      this.recorded = recorded;
      this.background = background;
    }

    private JsonNode document() {
      JsonNode made = document;
      if (made == null) {
        made = EventDocument.searchable(NO_JOURNAL, recorded, background);
        document = made;
      }
      return made;
    }

    public RecordedEvent recorded() {
      return recorded;
    }

    /** How its session began, if it has one that is known. */
    public Optional<Event.SessionOpened> session() {
      return background.session();
    }

    /** The decision about its command without its text, while that command is under way. */
    public Optional<Event.CommandDecided> command() {
      return background.command();
    }

    /** The name of the decision it is about. */
    public Optional<String> decision() {
      return DecisionId.of(recorded.event());
    }

    public boolean is(Condition condition) {
      return DocumentMatch.matches(condition, document());
    }

    /** The values of a field, with commas; empty if it has none. */
    public String text(Field field) {
      return DocumentMatch.values(field, document()).stream()
          .map(JsonNode::asText)
          .distinct()
          .collect(Collectors.joining(", "));
    }
  }
}
