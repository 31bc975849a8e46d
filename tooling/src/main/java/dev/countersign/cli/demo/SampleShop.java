package dev.countersign.cli.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The sample database: customers, orders and payments of a shop that does not exist. The same rows
 * each time. Every person is made up: e-mail domains are reserved for examples (RFC 2606), phone
 * numbers are those kept for fiction, social security numbers begin with 9, which is never issued,
 * card numbers are in the networks' test ranges and IBANs name a bank that does not exist.
 */
final class SampleShop {

  static final int CUSTOMERS = 500;
  static final int ORDERS = 3_000;
  static final int PAYMENTS = 2_500;

  private static final long SEED = 7;
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private static final List<String> FIRST =
      List.of(
          "Ada", "Amir", "Anna", "Beatriz", "Chen", "Chiara", "Daniel", "Deniz", "Elena", "Emeka",
          "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jamal", "Jonas", "Kaito",
          "Karin", "Lars", "Leila", "Lucas", "Mai", "Marta", "Mateo", "Mila", "Nadia", "Noah",
          "Olga", "Omar", "Paula", "Priya", "Quentin", "Rosa", "Samir", "Sofia", "Tomas", "Yara");
  private static final List<String> LAST =
      List.of(
          "Abbott",
          "Almeida",
          "Andersson",
          "Bauer",
          "Bianchi",
          "Castillo",
          "Dubois",
          "Eriksen",
          "Fischer",
          "Garcia",
          "Haddad",
          "Hoffmann",
          "Ibrahim",
          "Ivanova",
          "Jansen",
          "Kaya",
          "Keller",
          "Kowalski",
          "Larsen",
          "Lindqvist",
          "Mensah",
          "Moreau",
          "Nakamura",
          "Novak",
          "Okafor",
          "Olsen",
          "Patel",
          "Petrov",
          "Quinn",
          "Ricci",
          "Rossi",
          "Santos",
          "Schmidt",
          "Silva",
          "Tanaka",
          "Varga",
          "Walker",
          "Weber",
          "Yilmaz",
          "Zhang");
  private static final List<String> DOMAINS = List.of("example.com", "example.org", "example.net");
  private static final List<String> NOTES =
      List.of(
          "prefers delivery in the evening",
          "asked for an invoice by post",
          "complained about a late parcel, was refunded",
          "moved, new address on file",
          "",
          "",
          "");
  private static final List<String> STATES =
      List.of("new", "paid", "packed", "shipped", "delivered", "returned");

  private static final String SCHEMA =
      """
      CREATE TABLE customers (
        id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, phone text NOT NULL,
        ssn text NOT NULL, notes text NOT NULL, created_at timestamptz NOT NULL);
      CREATE TABLE orders (
        id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers,
        status text NOT NULL, total_cents bigint NOT NULL, created_at timestamptz NOT NULL);
      CREATE TABLE payments (
        id integer PRIMARY KEY, order_id integer NOT NULL REFERENCES orders,
        card_number text NOT NULL, iban text NOT NULL, amount_cents bigint NOT NULL,
        paid_at timestamptz NOT NULL);
      CREATE INDEX ON orders (customer_id);
      CREATE INDEX ON payments (order_id);
      CREATE VIEW customer_totals AS
        SELECT customer_id, count(*) AS orders, sum(total_cents) AS total_cents
        FROM orders GROUP BY customer_id;
      """;

  private final Random random = new Random(SEED);

  /** Makes the tables and fills them. */
  void create(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SCHEMA);
    }
    fill(connection, "INSERT INTO customers VALUES (?,?,?,?,?,?,?)", CUSTOMERS, this::customer);
    fill(connection, "INSERT INTO orders VALUES (?,?,?,?,?)", ORDERS, this::order);
    fill(connection, "INSERT INTO payments VALUES (?,?,?,?,?,?)", PAYMENTS, this::payment);
    try (Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }
    connection.commit();
  }

  /** Gives one row's values. */
  private interface Row {
    List<Object> values(int id);
  }

  private static void fill(Connection connection, String insert, int rows, Row row)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (int id = 1; id <= rows; id++) {
        List<Object> values = row.values(id);
        for (int i = 0; i < values.size(); i++) {
          statement.setObject(i + 1, values.get(i));
        }
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private List<Object> customer(int id) {
    String first = any(FIRST);
    String last = any(LAST);
    String email = "%s.%s%d@%s".formatted(first, last, id, any(DOMAINS)).toLowerCase(Locale.ROOT);
    String phone = "+1-555-01%02d-%04d".formatted(random.nextInt(100), id);
    String ssn = "9%02d-%02d-%04d".formatted(random.nextInt(100), 10 + random.nextInt(60), id);
    return List.of(id, first + " " + last, email, phone, ssn, any(NOTES), at(id));
  }

  private List<Object> order(int id) {
    return List.of(
        id, 1 + random.nextInt(CUSTOMERS), any(STATES), 500L + random.nextInt(50_000), at(id));
  }

  private List<Object> payment(int id) {
    return List.of(id, id, card(), iban(), 500L + random.nextInt(50_000), at(id));
  }

  private Timestamp at(int id) {
    return Timestamp.from(EPOCH.plus(id * 97L, ChronoUnit.MINUTES));
  }

  /** A number of a test range that passes Luhn's check. */
  String card() {
    StringBuilder number = new StringBuilder(random.nextBoolean() ? "400000" : "555555");
    while (number.length() < 15) {
      number.append(random.nextInt(10));
    }
    int sum = 0;
    for (int i = 0; i < number.length(); i++) {
      int digit = number.charAt(i) - '0';
      int weighted = i % 2 == 0 ? digit * 2 : digit;
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return number.append((10 - sum % 10) % 10).toString();
  }

  /** A German IBAN with right check digits (ISO 13616) at the bank 00000000, which is none. */
  String iban() {
    String account = "00000000%010d".formatted(random.nextLong(10_000_000_000L));
    // D and E count as 13 and 14; the check digits are 98 minus the rest of division by 97.
    var number = new java.math.BigInteger(account + "131400");
    int check = 98 - number.mod(java.math.BigInteger.valueOf(97)).intValue();
    return "DE%02d%s".formatted(check, account);
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
