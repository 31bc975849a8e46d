package dev.countersign.proxy.postgres;

import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.BackendType;
import dev.countersign.proxy.postgres.wire.CommandComplete;
import dev.countersign.proxy.postgres.wire.Notice;
import dev.countersign.proxy.postgres.wire.ParameterStatus;
import dev.countersign.proxy.postgres.wire.ReadyForQuery;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Matches what the upstream sends with what it owes, hides what is masked, and passes the rest to
 * the client. A message that nobody is owed ends the session. Confined to the session's event loop.
 */
final class UpstreamReplies {

  /** Parameters whose values tell the client only of settings the gateway lets it make. */
  static final Set<String> TOLD_PARAMETERS =
      Set.of(
          "application_name",
          "client_encoding",
          "DateStyle",
          "default_transaction_read_only",
          "in_hot_standby",
          "integer_datetimes",
          "IntervalStyle",
          "scram_iterations",
          "server_encoding",
          "server_version",
          "standard_conforming_strings",
          "TimeZone");

  /** What a server says of a message before it comes to the names in it. */
  private static final Set<String> FOUND_FIRST =
      Set.of(Refusal.IN_FAILED_TRANSACTION, Refusal.PROTOCOL_VIOLATION);

  /** The fields of an error in which names stand: the message and where it came about. */
  private static final List<Character> NAMING_FIELDS = List.of('M', 'W');

  private static final Pattern OWN_NAME =
      Pattern.compile("\\b" + SessionNames.RESERVED_PREFIX + "\\d+\\b");

  private final Conversation conversation;
  private final Recorder recorder;
  private final Judging judging;
  private final SessionNames names;
  private final ProtocolNames protocolNames;
  private final ValueMasker masker;
  private final Deque<Reply> owed = new ArrayDeque<>();
  private boolean saidFatal;

  /** Whether something has failed since the upstream was ready last. */
  private boolean hasFailed;

  UpstreamReplies(
      Conversation conversation,
      Recorder recorder,
      Judging judging,
      SessionNames names,
      ProtocolNames protocolNames,
      ValueMasker masker) {
    this.conversation = conversation;
    this.recorder = recorder;
    this.judging = judging;
    this.names = names;
    this.protocolNames = protocolNames;
    this.masker = masker;
  }

  /** A message was sent for which the upstream owes this. */
  void owe(Reply reply) {
    owed.add(reply);
  }

  /** Whether the upstream has answered everything that was sent. */
  boolean isSettled() {
    return owed.isEmpty();
  }

  /** The client has asked to cancel whatever the upstream is at. */
  void cancelAsked() {
    for (Reply reply : owed) {
      Recorder.@Nullable Command command = command(reply);
      if (command != null) {
        command.cancelAsked();
      }
    }
  }

  /** Whether the upstream has said why it closes the connection. */
  boolean hasSaidFatal() {
    return saidFatal;
  }

  /** A whole typed frame; takes ownership. */
  void on(ByteBuf frame) {
    boolean passed = false;
    try {
      passed = passes(frame);
    } finally {
      if (passed) {
        conversation.toClient(frame);
      } else {
        frame.release();
      }
    }
    endIfOver();
  }

  /** Handles a frame and answers whether it goes to the client as it is. */
  private boolean passes(ByteBuf frame) {
    return switch (BackendType.of(frame)) {
      case PARAMETER_STATUS -> passesParameter(ParameterStatus.decode(frame));
      case NOTICE_RESPONSE -> passesNotice(Notice.decode(frame));
      case NOTIFICATION_RESPONSE -> false;
      case ERROR_RESPONSE -> passesError(Notice.decode(frame));
      case DATA_ROW -> passesRow(frame);
      case ROW_DESCRIPTION -> passesDescription(RowDescription.decode(frame));
      case NO_DATA -> passesNoData();
      case COMMAND_COMPLETE -> passesEnd(CommandComplete.decode(frame).tag());
      case EMPTY_QUERY_RESPONSE -> passesEnd("");
      case PORTAL_SUSPENDED -> {
        take(Reply.OfExecute.class);
        yield true;
      }
      case PARSE_COMPLETE -> {
        protocolNames.parsed(take(Reply.OfParse.class).statement());
        yield true;
      }
      case BIND_COMPLETE -> {
        protocolNames.bound(take(Reply.OfBind.class).portal());
        yield true;
      }
      case CLOSE_COMPLETE -> {
        Reply.OfClose close = take(Reply.OfClose.class);
        protocolNames.closed(close.target(), close.name());
        names.closed(close.target(), close.name());
        yield true;
      }
      case PARAMETER_DESCRIPTION -> {
        expect(Reply.OfDescribeStatement.class);
        yield true;
      }
      case COPY_IN_RESPONSE -> {
        if (!copying(true)) {
          throw new WireException.Unexpected("a COPY that nobody asked for");
        }
        conversation.copyBegun();
        yield true;
      }
      case COPY_OUT_RESPONSE, COPY_DONE -> {
        if (!copying(false)) {
          throw new WireException.Unexpected("a COPY that nobody asked for");
        }
        exposeCopy();
        yield true;
      }
      case COPY_DATA -> {
        if (!copying(false)) {
          throw new WireException.Unexpected("a COPY that nobody asked for");
        }
        onCopied(frame);
        yield true;
      }
      case READY_FOR_QUERY -> {
        onReady(ReadyForQuery.decode(frame).status());
        yield true;
      }
      case AUTHENTICATION,
          BACKEND_KEY_DATA,
          NEGOTIATE_PROTOCOL_VERSION,
          FUNCTION_CALL_RESPONSE,
          COPY_BOTH_RESPONSE ->
          throw new WireException.Unexpected("a message that was not asked for");
    };
  }

  /** Whether what is being answered is a COPY in that direction. */
  private boolean copying(boolean fromClient) {
    return switch (owed.peek()) {
      case Reply.OfQuery query -> isCopy(current(query).statement().kind(), fromClient);
      case Reply.OfExecute(Portal portal) ->
          portal.kind().map(kind -> isCopy(kind, fromClient)).orElse(false);
      case null, default -> false;
    };
  }

  private static boolean isCopy(Kind kind, boolean fromClient) {
    return kind instanceof Kind.Copy copy && copy.isFromClient() == fromClient;
  }

  /** A COPY from the client ends when its statement fails, or is not owed any more. */
  @SuppressWarnings("ReferenceEquality") // Two equal statements are owed a reply each.
  private void endCopy(@Nullable Reply failed) {
    Reply copy = conversation.copyReply();
    if (copy != null && (copy == failed || owed.stream().noneMatch(reply -> reply == copy))) {
      conversation.copyOver();
    }
  }

  /** What is copied is not looked at: all that is known is which columns it may show. */
  private void exposeCopy() {
    switch (owed.peek()) {
      case Reply.OfQuery query -> exposeCopy(current(query).source(), query.masked, query.command);
      case Reply.OfExecute(Portal portal) ->
          portal.source.ifPresent(source -> exposeCopy(source, portal.masked, portal.command));
      case null, default -> {}
    }
  }

  private static void exposeCopy(
      ClassifiedStatement source, MaskedColumns masked, Recorder.@Nullable Command command) {
    if (command != null && GuardedColumns.isNeeded(source, masked)) {
      command
          .exposed()
          .ifPresent(
              values ->
                  source
                      .lineage()
                      .columnsIn(masked.guarded().orElseThrow())
                      .forEach(column -> values.addUnseen(column, false)));
    }
  }

  private void onCopied(ByteBuf frame) {
    Recorder.@Nullable Command command = running();
    if (command != null) {
      command.row(frame);
    }
  }

  /** What is being answered. */
  private Recorder.@Nullable Command running() {
    return command(owed.peek());
  }

  private static Recorder.@Nullable Command command(@Nullable Reply reply) {
    return switch (reply) {
      case Reply.OfQuery query -> query.command;
      case Reply.OfExecute(Portal portal) -> portal.command;
      case null, default -> null;
    };
  }

  /** What crosses a limit ends where it does: what is left of a result cannot be taken out. */
  private void endIfOver() {
    Recorder.@Nullable Command command = running();
    if (command != null && command.over().isPresent()) {
      recorder.failed(command, Refusal.CONFIGURATION_LIMIT_EXCEEDED);
      conversation.fatal(
          new Refusal(
              Refusal.CONFIGURATION_LIMIT_EXCEEDED,
              command.over().get(),
              "the result is not whole",
              "Ask for less at once, come again later, or ask an operator."));
    }
  }

  private boolean passesParameter(ParameterStatus status) {
    boolean isGround =
        switch (status.name()) {
          case "client_encoding" -> status.value().equals("UTF8");
          case "standard_conforming_strings" -> status.value().equals("on");
          default -> true;
        };
    if (!isGround) {
      throw new WireException.Unexpected("the ground on which SQL is read was changed");
    }
    return TOLD_PARAMETERS.contains(status.name());
  }

  private boolean passesNotice(Notice asSent) {
    Notice notice = named(asSent);
    if (!isScrubbed(notice) && notice.equals(asSent)) {
      return true;
    }
    ByteBuf bytes = conversation.clientBuffer();
    told(notice).encodeNotice(bytes);
    conversation.toClient(bytes);
    return false;
  }

  /** What the client may know of it. */
  private Notice told(Notice notice) {
    return isScrubbed(notice) ? Conversation.scrubbed(notice, text()) : notice;
  }

  /** An error or a notice about what the client has named says the client's names. */
  private Notice named(Notice notice) {
    Map<Character, String> fields = new LinkedHashMap<>(notice.fields());
    NAMING_FIELDS.forEach(
        code ->
            fields.computeIfPresent(
                code,
                (same, text) ->
                    OWN_NAME
                        .matcher(text)
                        .replaceAll(found -> Matcher.quoteReplacement(clientName(found.group())))));
    return new Notice(fields);
  }

  private String clientName(String upstreamName) {
    return answered()
        .filter(name -> name.upstream().equals(upstreamName))
        .findFirst()
        .map(ProtocolNames.Name::client)
        .or(() -> protocolNames.clientName(upstreamName))
        .orElse(upstreamName);
  }

  /** The names in what is being answered: the upstream may have dropped them before. */
  private Stream<ProtocolNames.Name> answered() {
    return switch (owed.peek()) {
      case Reply.OfBind(Portal portal) -> Stream.of(portal.names(), portal.statement.names());
      case Reply.OfExecute(Portal portal) -> Stream.of(portal.names(), portal.statement.names());
      case Reply.OfDescribePortal describe -> Stream.of(describe.portal().names());
      case Reply.OfDescribeStatement describe -> Stream.of(describe.statement().names());
      case null, default -> Stream.of();
    };
  }

  private boolean passesError(Notice asSent) {
    Notice error = named(asSent);
    // What the upstream finds before it comes to what was refused, is what it says.
    boolean isOwn = error.isFatal() || FOUND_FIRST.contains(error.sqlState());
    @Nullable Refusal refusal = isOwn ? null : refusal();
    if (error.isFatal()) {
      saidFatal = true;
    } else {
      hasFailed = true;
      @Nullable Reply failed = owed.peek();
      onFailed(error.sqlState());
      endCopy(failed);
    }
    if (refusal == null && !isScrubbed(error) && error.equals(asSent)) {
      return true;
    }
    Notice told = refusal == null ? told(error) : Conversation.error("ERROR", refusal);
    ByteBuf bytes = conversation.clientBuffer();
    told.encodeError(bytes);
    conversation.toClient(bytes);
    return false;
  }

  /**
   * Whether values are taken out. What code in the database says, a trigger's for instance, can
   * hold values of relations that the statement does not name; PostgreSQL says where it was raised.
   * So can what it says of a constraint of another table, whose rows go along or are checked later.
   */
  private boolean isScrubbed(Notice notice) {
    boolean isOfCode = notice.fields().containsKey('W') || notice.fields().containsKey('q');
    return judging.hasTouchedMasked()
        || (isOfCode && judging.masksAnything())
        || (notice.fields().containsKey('t')
            && judging.mayQuote(notice.field('s') + "." + notice.field('t')));
  }

  /** What the client is told instead, if the failed message stood for a refused one. */
  private @Nullable Refusal refusal() {
    return switch (owed.peek()) {
      case Reply.OfRefused(Refusal refusal, String _) -> refusal;
      case Reply.OfRefusedQuery query -> query.refusal;
      case null, default -> null;
    };
  }

  /** The text of what is being answered, for the errors about it. */
  private String text() {
    return switch (owed.peek()) {
      case Reply.OfQuery query -> query.text;
      case Reply.OfParse parse -> parse.statement().text;
      case Reply.OfBind bind -> bind.portal().statement.text;
      case Reply.OfExecute execute -> execute.portal().statement.text;
      case null, default -> "";
    };
  }

  private void onFailed(String sqlState) {
    switch (owed.peek()) {
      case Reply.OfQuery query -> {
        if (query.command != null) {
          recorder.failed(query.command, sqlState);
        }
        query.statement = query.statements.size();
      }
      case Reply.OfRefusedQuery query -> query.refused = true;
      case null -> throw new WireException.Unexpected("an error that nobody is owed");
      default -> skipToSync(sqlState);
    }
  }

  private void skipToSync(String sqlState) {
    switch (owed.peek()) {
      case Reply.OfParse(PreparedStatement statement) -> protocolNames.parseFailed(statement.name);
      case Reply.OfRefused(Refusal _, String name) -> protocolNames.parseFailed(name);
      case null, default -> {}
    }
    while (owed.peek() != null && !(owed.peek() instanceof Reply.OfSync)) {
      switch (owed.remove()) {
        case Reply.OfBind(Portal portal) -> failed(portal, sqlState);
        case Reply.OfExecute(Portal portal) -> failed(portal, sqlState);
        default -> {}
      }
    }
    protocolNames.failed(owed);
  }

  private void failed(Portal portal, String sqlState) {
    if (portal.command != null) {
      recorder.failed(portal.command, sqlState);
    }
  }

  private boolean passesRow(ByteBuf frame) {
    return switch (owed.peek()) {
      case Reply.OfQuery query -> {
        StatementJudge.Judged statement = current(query);
        boolean needed = ResultMask.isNeeded(statement.source(), query.masked);
        yield passesRow(frame, needed, query.mask, query.command, List.of(), query.description);
      }
      case Reply.OfExecute(Portal portal) ->
          passesRow(
              frame,
              portal.needsMask(),
              portal.mask,
              portal.command,
              portal.resultFormats,
              portal.description);
      case null, default -> throw new WireException.Unexpected("a row that nobody is owed");
    };
  }

  private boolean passesRow(
      ByteBuf frame,
      boolean needed,
      @Nullable ResultMask mask,
      Recorder.@Nullable Command command,
      List<Short> formats,
      @Nullable RowDescription description) {
    if (needed && mask == null) {
      throw new WireException.Unexpected("a row came before its description");
    }
    if (mask != null && command != null) {
      mask.expose(frame, formats, description, command);
    }
    if (!needed || mask == null || mask.isEmpty()) {
      if (command != null) {
        command.row(frame, formats, description);
      }
      return true;
    }
    ByteBuf bytes = conversation.clientBuffer();
    boolean written = false;
    try {
      mask.rewrite(frame, masker, command, bytes);
      if (command != null) {
        command.row(bytes, formats, description);
        command.masked(mask.takeFound());
      }
      written = true;
    } finally {
      if (!written) {
        bytes.release();
      }
    }
    conversation.toClient(bytes);
    return false;
  }

  private static StatementJudge.Judged current(Reply.OfQuery query) {
    if (query.statement >= query.statements.size()) {
      throw new WireException.Unexpected("a result more than there were statements");
    }
    return query.statements.get(query.statement);
  }

  private boolean passesDescription(RowDescription description) {
    return switch (owed.peek()) {
      case Reply.OfQuery query -> {
        query.mask = ResultMask.of(description, current(query).source(), query.masked);
        query.description = description;
        if (query.command != null) {
          query.command.masked(query.mask.maskedColumns());
        }
        yield true;
      }
      case Reply.OfDescribeStatement describe -> {
        owed.remove();
        describe.statement().description = description;
        yield true;
      }
      case Reply.OfDescribePortal describe -> {
        owed.remove();
        describe.portal().describe(description);
        yield !describe.isOurs();
      }
      case Reply.OfDescribeCursor _ -> {
        owed.remove();
        yield true;
      }
      case null, default -> throw new WireException.Unexpected("a description that nobody is owed");
    };
  }

  private boolean passesNoData() {
    return switch (owed.poll()) {
      case Reply.OfDescribeStatement _, Reply.OfDescribeCursor _ -> true;
      case Reply.OfDescribePortal describe -> !describe.isOurs();
      case null, default -> throw new WireException.Unexpected("no data for nobody");
    };
  }

  private boolean passesEnd(String tag) {
    switch (owed.peek()) {
      case Reply.OfQuery query -> {
        if (query.statements.isEmpty()) {
          return true;
        }
        completed(current(query).statement().kind(), tag);
        query.mask = null;
        query.description = null;
        query.statement++;
        query.ran = true;
        if (query.statement == query.statements.size() && query.command != null) {
          recorder.completed(query.command, tag);
        }
      }
      case Reply.OfExecute(Portal portal) -> {
        owed.remove();
        endCopy(null);
        portal.kind().ifPresent(kind -> completed(kind, tag));
        if (portal.command != null) {
          recorder.completed(portal.command, tag);
        }
      }
      case null, default -> throw new WireException.Unexpected("an end that nobody is owed");
    }
    return true;
  }

  private void completed(Kind kind, String tag) {
    names.completed(kind, tag.equals("COMMIT"));
    protocolNames.completed(kind, owed);
  }

  private void onReady(ReadyForQuery.Status status) {
    switch (owed.poll()) {
      case Reply.OfSync _ -> {}
      case Reply.OfQuery query -> {
        if (query.statement < query.statements.size()) {
          throw new WireException.Unexpected("the upstream is ready before it has answered");
        }
        protocolNames.queried(query.ran, owed);
      }
      case Reply.OfRefusedQuery query -> {
        if (!query.refused) {
          throw new WireException.Unexpected("the upstream accepted what no grammar accepts");
        }
        protocolNames.queried(false, owed);
      }
      case null, default ->
          throw new WireException.Unexpected("the upstream is ready before it has answered");
    }
    endCopy(null);
    if (owed.isEmpty()) {
      protocolNames.settled();
    }
    if (status == ReadyForQuery.Status.IDLE) {
      names.transactionEnded(!hasFailed);
      protocolNames.transactionEnded(owed);
      judging.transactionEnded(owed.isEmpty());
    }
    hasFailed = false;
  }

  private <T extends Reply> T expect(Class<T> type) {
    Reply head = owed.peek();
    if (!type.isInstance(head)) {
      throw new WireException.Unexpected("a reply that nobody is owed");
    }
    return type.cast(head);
  }

  private <T extends Reply> T take(Class<T> type) {
    T head = expect(type);
    owed.remove();
    return head;
  }
}
