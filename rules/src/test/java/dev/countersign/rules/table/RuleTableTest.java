package dev.countersign.rules.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RuleTableTest {

  @Test
  void findsExactlyTheRowsThatMatch() {
    int compared = 0;
    int matched = 0;
    for (int seed = 0; seed < 40; seed++) {
      Shop shop = new Shop(seed);
      Workbook workbook = shop.workbook(seed < 20 ? 12 : 120);
      RuleTable table = new RuleTable(workbook);
      SessionPath session = new SessionPath(workbook);
      for (int i = 0; i < 600; i++) {
        Set<String> groups = shop.subjectGroups();
        Resource resource = shop.resource();
        SqlStatement statement = shop.statement();

        List<List<Integer>> found = rows(table.match(groups, resource, statement), statement);

        List<List<Integer>> expected = oneByOne(workbook, groups, resource, statement);
        assertThat(found)
            .as("seed %d: %s of %s on %s", seed, statement, groups, resource)
            .isEqualTo(expected);
        assertThat(rows(session.match(groups, resource, statement), statement))
            .as("as a session finds them")
            .isEqualTo(expected);
        compared++;
        matched += expected.stream().mapToInt(List::size).sum();
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(20_000);
    assertThat(matched).isGreaterThan(compared);
  }

  @Test
  void answersManyThreadsAtOnce() throws Exception {
    Shop shop = new Shop(7);
    Workbook workbook = shop.workbook(200);
    RuleTable table = new RuleTable(workbook);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Set<String> groups = shop.subjectGroups();
      Resource resource = shop.resource();
      SqlStatement statement = shop.statement();
      List<List<Integer>> expected = oneByOne(workbook, groups, resource, statement);
      tasks.add(
          () -> {
            for (int n = 0; n < 200; n++) {
              assertThat(rows(table.match(groups, resource, statement), statement))
                  .isEqualTo(expected);
            }
            return null;
          });
    }

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  private static List<List<Integer>> rows(Matches matches, SqlStatement statement) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int access = 0; access < statement.accesses().size(); access++) {
      List<Integer> each = new ArrayList<>();
      for (int n = 0; n < matches.count(access); n++) {
        each.add(matches.row(access, n));
      }
      rows.add(each);
    }
    return rows;
  }

  /** Every row against every access, read straight from the cells. */
  private static List<List<Integer>> oneByOne(
      Workbook workbook, Set<String> groups, Resource resource, SqlStatement statement) {
    List<List<Integer>> rows = new ArrayList<>();
    for (SqlAccess access : statement.accesses()) {
      List<Integer> each = new ArrayList<>();
      for (int i = 0; i < workbook.sql().size(); i++) {
        if (matches(workbook, workbook.sql().get(i), groups, resource, statement, access)) {
          each.add(i);
        }
      }
      rows.add(each);
    }
    return rows;
  }

  private static boolean matches(
      Workbook workbook,
      SqlRow row,
      Set<String> groups,
      Resource resource,
      SqlStatement statement,
      SqlAccess access) {
    List<String> wanted = workbook.expand(row.scope().groups());
    List<String> actions = workbook.expand(row.actions());
    return (wanted.contains("*") || wanted.stream().anyMatch(groups::contains))
        && workbook.expand(row.scope().resource()).stream()
            .anyMatch(pattern -> new Glob(pattern).matches(resource.name()))
        && (row.scope().environment().equals("*")
            || row.scope().environment().equals(resource.environment()))
        && (actions.contains("*") || actions.contains(access.verb().name()))
        && workbook.expand(row.object()).stream().anyMatch(cell -> isOf(cell, access.object()))
        && switch (row.condition()) {
          case ALWAYS -> true;
          case WITHOUT_WHERE -> !access.filtered();
          case OPAQUE -> statement.opaque();
        };
  }

  private static boolean isOf(String cell, String object) {
    return cell.equals("-") ? object.isEmpty() : new Glob(cell).matches(object);
  }
}
