package dev.countersign.decision.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.util.Credentials;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jspecify.annotations.Nullable;

/**
 * The state's database, with its schema brought up to date. Safe for any number of threads.
 *
 * <p>Everything is in the schema {@code countersign}, so that the database may hold other things.
 */
public final class Database implements AutoCloseable {

  private static final String SCHEMA = "countersign";
  private static final int MAX_CONNECTIONS = 8;
  private static final int TIMEOUT_SECONDS = 10;
  private static final String READ_ONLY = "25006";

  /**
   * A connection that can only read leads to a standby, or began when the database was one. A new
   * one may lead elsewhere: names move, and this one would stay in the pool for half an hour.
   */
  private static final class OnlyReads implements SQLExceptionOverride {
    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
      return READ_ONLY.equals(failure.getSQLState())
          ? SQLExceptionOverride.Override.MUST_EVICT
          : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
  }

  private final DatabaseConfig config;
  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final AtomicBoolean silent = new AtomicBoolean();

  private Database(DatabaseConfig config, HikariDataSource pool) {
    this.config = config;
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    // What failed must not tell what was in it: commands of agents end up in here.
    jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
  }

  /**
   * Connects and migrates.
   *
   * @throws RuntimeException if the database cannot be reached, or is of a later version
   */
  public static Database open(DatabaseConfig config) {
    var settings = new HikariConfig();
    settings.setPoolName("countersign-state");
    settings.setJdbcUrl(config.jdbcUrl());
    // Asked for each connection, so that the password can be changed while this runs.
    settings.setCredentialsProvider(
        () -> Credentials.of(config.user(), config.password().reveal()));
    settings.setDataSourceProperties(properties());
    settings.setMaximumPoolSize(MAX_CONNECTIONS);
    settings.setMinimumIdle(1);
    settings.setConnectionTimeout(TIMEOUT_SECONDS * 1000L);
    settings.setExceptionOverride(new OnlyReads());
    var pool = new HikariDataSource(settings);
    try {
      Flyway.configure()
          .dataSource(pool)
          .schemas(SCHEMA)
          // Parts that are made side by side number their changes in ranges of their own.
          .outOfOrder(true)
          .locations("classpath:dev/countersign/decision/store")
          .load()
          .migrate();
      return new Database(config, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static Properties properties() {
    var properties = new Properties();
    properties.setProperty("currentSchema", SCHEMA);
    properties.setProperty("ApplicationName", "countersign");
    properties.setProperty("connectTimeout", String.valueOf(TIMEOUT_SECONDS));
    properties.setProperty("socketTimeout", String.valueOf(3 * TIMEOUT_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  /** Of all that miss it at a time one is told so, to say it to the operator. */
  boolean isFirstToMiss() {
    return silent.compareAndSet(false, true);
  }

  boolean isFirstToHear() {
    return silent.compareAndSet(true, false);
  }

  /** A connection outside the pool, for whoever keeps one: a listener. The caller closes it. */
  public Connection connect() throws SQLException {
    Properties properties = properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password().reveal());
    return DriverManager.getConnection(config.jdbcUrl(), properties);
  }

  /**
   * Whether something failed because the database does not answer, not for what was asked of it.
   */
  public static boolean isAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientConnectionException
          || cause instanceof ConnectException
          || (cause instanceof SQLException sql && isAway(sql.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Class 08 is the connection's, class 53 a server without room for more; 57P01 to 57P03 is one
   * that stops, has crashed or starts, 25006 one that only reads, as a standby does.
   */
  private static boolean isAway(@Nullable String state) {
    return state != null && state.matches("(08|53)...|57P0[123]|25006");
  }

  /** Whether the database answers and can be written. */
  public boolean isAlive() {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      try (ResultSet readOnly = statement.executeQuery("SHOW transaction_read_only")) {
        boolean alive = readOnly.next() && !readOnly.getBoolean(1);
        if (!alive) {
          pool.evictConnection(connection);
        }
        return alive;
      }
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
