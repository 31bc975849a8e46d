package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.util.ObjectBuilder;
import dev.countersign.audit.query.Condition;
import java.util.List;
import java.util.function.Function;

/** A condition in the words of Elasticsearch. */
final class DocumentQuery {

  private DocumentQuery() {}

  static Query of(AuditQuery query) {
    BoolQuery.Builder all = new BoolQuery.Builder().filter(of(query.what()));
    query
        .since()
        .ifPresent(
            since ->
                all.filter(
                    f -> f.range(r -> r.date(d -> d.field("@timestamp").gte(since.toString())))));
    query
        .until()
        .ifPresent(
            until ->
                all.filter(
                    f -> f.range(r -> r.date(d -> d.field("@timestamp").lt(until.toString())))));
    return all.build()._toQuery();
  }

  static Query of(Condition condition) {
    return switch (condition) {
      case Condition.AllOf all ->
          bool(bool -> bool.filter(all.parts().stream().map(DocumentQuery::of).toList()));
      case Condition.AnyOf any -> anyOf(any.parts().stream().map(DocumentQuery::of).toList());
      case Condition.Not not -> bool(bool -> bool.mustNot(of(not.part())));
      case Condition.Is is -> anyOf(is.field().paths().stream().map(path -> is(path, is)).toList());
      case Condition.Compared compared ->
          anyOf(compared.field().paths().stream().map(path -> compared(path, compared)).toList());
      case Condition.Phrase phrase ->
          anyOf(
              phrase.field().paths().stream()
                  .map(
                      path ->
                          query(
                              q ->
                                  q.matchPhrase(
                                      match ->
                                          match
                                              .field(path)
                                              .query(String.join(" ", phrase.words())))))
                  .toList());
    };
  }

  private static Query is(String path, Condition.Is is) {
    if (is.value().equals("*")) {
      return query(q -> q.exists(exists -> exists.field(path)));
    }
    if (is.isPattern()) {
      String pattern = is.value().replaceAll("[\\\\?]", "\\\\$0");
      return query(q -> q.wildcard(w -> w.field(path).value(pattern).caseInsensitive(true)));
    }
    return query(q -> q.term(t -> t.field(path).value(is.value()).caseInsensitive(true)));
  }

  private static Query compared(String path, Condition.Compared compared) {
    double to = compared.value();
    return query(
        q ->
            q.range(
                r ->
                    r.number(
                        n ->
                            switch (compared.comparison()) {
                              case EQUAL -> n.field(path).gte(to).lte(to);
                              case MORE -> n.field(path).gt(to);
                              case AT_LEAST -> n.field(path).gte(to);
                              case LESS -> n.field(path).lt(to);
                              case AT_MOST -> n.field(path).lte(to);
                            })));
  }

  private static Query anyOf(List<Query> any) {
    return bool(bool -> bool.should(any).minimumShouldMatch("1"));
  }

  private static Query bool(Function<BoolQuery.Builder, BoolQuery.Builder> fill) {
    return fill.apply(new BoolQuery.Builder()).build()._toQuery();
  }

  private static Query query(Function<Query.Builder, ObjectBuilder<Query>> fill) {
    return Query.of(fill);
  }
}
