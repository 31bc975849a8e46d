package dev.countersign.audit.index;

import static java.util.Objects.requireNonNull;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.aggregations.Aggregate;
import co.elastic.clients.elasticsearch._types.aggregations.Aggregation;
import co.elastic.clients.elasticsearch._types.aggregations.StringTermsBucket;
import co.elastic.clients.elasticsearch._types.mapping.FieldType;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.util.NamedValue;
import co.elastic.clients.util.ObjectBuilder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.query.Condition;
import dev.countersign.audit.query.Field;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Asks the indices that {@link Indexer} fills. */
final class ElasticsearchAuditSearch implements AuditSearch {

  private static final String SESSION = "countersign.session.id";
  private static final String ENVELOPE = "countersign.envelope";
  private static final String LATEST = "latest";
  private static final Aggregation MAX_TIME =
      Aggregation.of(of -> of.max(max -> max.field("@timestamp")));
  private static final int PAGE = 1_000;
  private static final List<SortOptions> NEWEST =
      List.of(
          by("@timestamp", SortOrder.Desc, FieldType.DateNanos),
          by("event.sequence", SortOrder.Desc, FieldType.Long));

  private final ElasticsearchConfig config;
  private final Cluster cluster;

  ElasticsearchAuditSearch(ElasticsearchConfig config) {
    this.config = config;
    this.cluster = new Cluster(config);
  }

  @Override
  public List<Found> find(AuditQuery query) throws IOException {
    List<RecordedEvent> found =
        search(
            request ->
                request
                    .query(DocumentQuery.of(query))
                    .sort(NEWEST)
                    .collapse(collapse -> collapse.field("countersign.group"))
                    .size(query.limit()));
    Map<SessionId, RecordedEvent> sessions = opened(sessionsOf(found));
    Map<String, RecordedEvent> decided = decided(found);
    return found.stream().map(event -> found(event, sessions, decided)).toList();
  }

  private static Found found(
      RecordedEvent event,
      Map<SessionId, RecordedEvent> sessions,
      Map<String, RecordedEvent> decided) {
    Optional<Event.SessionOpened> session =
        EventType.sessionOf(event.event())
            .map(sessions::get)
            .map(begin -> (Event.SessionOpened) begin.event());
    Optional<FoundCommand> command =
        DecisionId.of(event.event())
            .map(decided::get)
            .map(
                decision ->
                    new FoundCommand(decision, (Event.CommandDecided) decision.event(), session));
    return new Found(event, command, session);
  }

  private Map<String, RecordedEvent> decided(List<RecordedEvent> events) throws IOException {
    Map<String, RecordedEvent> decided = new HashMap<>();
    List<FieldValue> missing = new ArrayList<>();
    for (RecordedEvent event : events) {
      Optional<String> decision = DecisionId.of(event.event());
      if (event.event() instanceof Event.CommandDecided) {
        decision.ifPresent(id -> decided.put(id, event));
      } else {
        decision.map(FieldValue::of).ifPresent(missing::add);
      }
    }
    if (!missing.isEmpty()) {
      Query named =
          Query.of(
              q -> q.terms(t -> t.field("countersign.decision.id").terms(in -> in.value(missing))));
      Query decisions =
          Query.of(
              q ->
                  q.bool(
                      and ->
                          and.filter(term("event.action", EventType.COMMAND_DECIDED.stableName()))
                              .filter(named)));
      for (RecordedEvent event : newest(decisions, AuditQuery.MAX_LIMIT)) {
        DecisionId.of(event.event()).ifPresent(id -> decided.put(id, event));
      }
    }
    return decided;
  }

  @Override
  public List<SessionSummary> sessions(AuditQuery query) throws IOException {
    Set<SessionId> matching = sessionsWith(query);
    if (matching.isEmpty()) {
      return List.of();
    }
    List<RecordedEvent> opened = newest(both(EventType.SESSION_OPENED, matching), query.limit());
    Map<SessionId, Instant> ends = ends(sessionsOf(opened));
    Map<SessionId, Map<Verdict, Long>> verdicts = verdicts(sessionsOf(opened));
    List<SessionSummary> found = new ArrayList<>();
    for (RecordedEvent recorded : opened) {
      if (recorded.event() instanceof Event.SessionOpened begin) {
        found.add(
            new SessionSummary(
                begin,
                recorded.time(),
                Optional.ofNullable(ends.get(begin.session())),
                verdicts.getOrDefault(begin.session(), Map.of())));
      }
    }
    return found;
  }

  /** The sessions with a matching event, those with the newest first, up to the limit there is. */
  private Set<SessionId> sessionsWith(AuditQuery query) throws IOException {
    Set<SessionId> sessions = new LinkedHashSet<>();
    for (StringTermsBucket session :
        groups(
            DocumentQuery.of(query),
            group ->
                group
                    .terms(
                        terms ->
                            terms
                                .field(SESSION)
                                .size(AuditQuery.MAX_LIMIT)
                                .order(NamedValue.of(LATEST, SortOrder.Desc)))
                    .aggregations(LATEST, MAX_TIME))) {
      sessions.add(new SessionId(session.key().stringValue()));
    }
    return sessions;
  }

  @Override
  public List<RecordedEvent> session(SessionId session) throws IOException {
    List<RecordedEvent> events = new ArrayList<>();
    Query query = term(SESSION, session.value());
    SortOptions sort = by("event.sequence", SortOrder.Asc, FieldType.Long);
    while (true) {
      long after = events.isEmpty() ? 0 : events.getLast().sequence();
      List<RecordedEvent> page =
          search(
              request ->
                  request.query(query).sort(sort).size(PAGE).searchAfter(FieldValue.of(after)));
      events.addAll(page);
      if (page.size() < PAGE) {
        return events;
      }
    }
  }

  private Map<SessionId, RecordedEvent> opened(Set<SessionId> sessions) throws IOException {
    Map<SessionId, RecordedEvent> opened = new HashMap<>();
    if (!sessions.isEmpty()) {
      for (RecordedEvent begin : newest(both(EventType.SESSION_OPENED, sessions), PAGE * 10)) {
        EventType.sessionOf(begin.event()).ifPresent(id -> opened.put(id, begin));
      }
    }
    return opened;
  }

  private Map<SessionId, Instant> ends(Set<SessionId> sessions) throws IOException {
    Map<SessionId, Instant> ends = new HashMap<>();
    if (!sessions.isEmpty()) {
      for (RecordedEvent end : newest(both(EventType.SESSION_CLOSED, sessions), PAGE * 10)) {
        EventType.sessionOf(end.event()).ifPresent(id -> ends.put(id, end.time()));
      }
    }
    return ends;
  }

  private Map<SessionId, Map<Verdict, Long>> verdicts(Set<SessionId> sessions) throws IOException {
    Map<SessionId, Map<Verdict, Long>> counts = new HashMap<>();
    if (sessions.isEmpty()) {
      return counts;
    }
    for (StringTermsBucket session :
        groups(
            both(EventType.COMMAND_DECIDED, sessions),
            group ->
                group
                    .terms(terms -> terms.field(SESSION).size(sessions.size()))
                    .aggregations("verdict", v -> v.terms(t -> t.field("countersign.verdict"))))) {
      Map<Verdict, Long> ofSession = new EnumMap<>(Verdict.class);
      for (StringTermsBucket verdict : buckets(session.aggregations(), "verdict")) {
        ofSession.put(Verdict.valueOf(verdict.key().stringValue()), verdict.docCount());
      }
      counts.put(new SessionId(session.key().stringValue()), ofSession);
    }
    return counts;
  }

  /** One question, however many commands there are. */
  @Override
  public Map<String, RowHits> hits(Instant since) throws IOException {
    Map<String, RowHits> hits = new HashMap<>();
    for (StringTermsBucket rule :
        groups(
            DocumentQuery.of(decidedSince(since)),
            group ->
                group
                    .terms(terms -> terms.field("countersign.rows.rule").size(AuditQuery.MAX_LIMIT))
                    .aggregations(LATEST, MAX_TIME))) {
      Aggregate latest = requireNonNull(rule.aggregations().get(LATEST), LATEST);
      hits.put(
          rule.key().stringValue(),
          new RowHits(rule.docCount(), Instant.ofEpochMilli((long) latest.max().value())));
    }
    return hits;
  }

  /** What matches, grouped; no groups if nothing was ever indexed. */
  private List<StringTermsBucket> groups(
      Query query, Function<Aggregation.Builder, ObjectBuilder<Aggregation>> grouping)
      throws IOException {
    try {
      SearchResponse<Void> response =
          cluster
              .client()
              .search(
                  search ->
                      search
                          .index(config.index())
                          .size(0)
                          .query(query)
                          .aggregations("group", grouping),
                  Void.class);
      return buckets(response.aggregations(), "group");
    } catch (ElasticsearchException e) {
      return noneOrRefused(e);
    }
  }

  /** An index that is not there holds nothing. */
  private static <T> List<T> noneOrRefused(ElasticsearchException e) throws IOException {
    if (e.status() == 404) {
      return List.of();
    }
    throw new IOException("Elasticsearch refused the search: " + e.error().type(), e);
  }

  private static AuditQuery decidedSince(Instant since) {
    return AuditQuery.all()
        .withSince(since)
        .with(new Condition.Is(Field.EVENT, EventType.COMMAND_DECIDED.stableName()));
  }

  private static List<StringTermsBucket> buckets(Map<String, Aggregate> all, String name) {
    Aggregate aggregate = all.get(name);
    return aggregate == null ? List.of() : aggregate.sterms().buckets().array();
  }

  private List<RecordedEvent> newest(Query query, int limit) throws IOException {
    return search(request -> request.query(query).sort(NEWEST).size(limit));
  }

  private static SortOptions by(String field, SortOrder order, FieldType type) {
    return SortOptions.of(s -> s.field(f -> f.field(field).order(order).unmappedType(type)));
  }

  private List<RecordedEvent> search(UnaryOperator<SearchRequest.Builder> query)
      throws IOException {
    SearchRequest.Builder request =
        new SearchRequest.Builder()
            .index(config.index())
            .source(source -> source.filter(only -> only.includes(ENVELOPE)));
    try {
      SearchResponse<ObjectNode> response =
          cluster.client().search(query.apply(request).build(), ObjectNode.class);
      return response.hits().hits().stream().map(ElasticsearchAuditSearch::event).toList();
    } catch (ElasticsearchException e) {
      return noneOrRefused(e);
    }
  }

  private static RecordedEvent event(Hit<ObjectNode> hit) {
    ObjectNode source = hit.source();
    if (source == null) {
      throw new IllegalStateException("a document without its source: " + hit.id());
    }
    return EventJson.readRecorded(source.at("/countersign/envelope").asText());
  }

  private static Set<SessionId> sessionsOf(List<RecordedEvent> events) {
    Set<SessionId> sessions = new LinkedHashSet<>();
    events.forEach(event -> EventType.sessionOf(event.event()).ifPresent(sessions::add));
    return sessions;
  }

  private static Query both(EventType type, Set<SessionId> sessions) {
    return Query.of(
        q ->
            q.bool(
                and ->
                    and.filter(term("event.action", type.stableName())).filter(oneOf(sessions))));
  }

  private static Query oneOf(Set<SessionId> sessions) {
    List<FieldValue> values = sessions.stream().map(id -> FieldValue.of(id.value())).toList();
    return Query.of(q -> q.terms(terms -> terms.field(SESSION).terms(in -> in.value(values))));
  }

  private static Query term(String field, String value) {
    return Query.of(q -> q.term(term -> term.field(field).value(value)));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
