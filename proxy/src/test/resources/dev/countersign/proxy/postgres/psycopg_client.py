"""What applications do with psycopg 3; prints what they see. The door is told by PG* variables."""

import psycopg

with psycopg.connect(autocommit=True, prepare_threshold=2) as conn:
    # Prepared by name at the third time, dropped by DEALLOCATE when there are more than two.
    conn.prepared_max = 2
    for round in range(4):
        for n in range(4):
            row = conn.execute(f"SELECT id + {n} FROM orders WHERE id = %s", (round + 1,)).fetchone()
            assert row == (round + 1 + n,), row
    print("prepared")

    print("masked", conn.execute("SELECT lower(ssn) FROM customers WHERE id = %s", (1,)).fetchone()[0])

    with conn.transaction():
        with conn.cursor(name="server side") as cur:
            cur.execute("SELECT id, lower(ssn) FROM customers")
            print("cursor", [column.name for column in cur.description], cur.fetchall())

    with conn.pipeline():
        cursors = [conn.execute("SELECT id FROM orders WHERE id = %s", (n,)) for n in range(1, 4)]
    print("pipeline", [cursor.fetchone()[0] for cursor in cursors])

    with conn.cursor().copy("COPY orders (id, status) FROM STDIN") as copy:
        copy.write_row((901, "copied"))
    with conn.cursor().copy("COPY (SELECT status FROM orders WHERE id = 901) TO STDOUT") as copy:
        print("copy", b"".join(copy).decode().strip())

    row = conn.cursor(binary=True).execute("SELECT id, created_at, total_cents FROM orders WHERE id = 1").fetchone()
    print("binary", row[0], row[2])

    try:
        conn.execute("SELECT * FROM pg_authid")
    except psycopg.errors.InsufficientPrivilege as e:
        print("refused", e.diag.message_primary)

    try:
        with conn.transaction():
            conn.execute("SET ROLE postgres")
    except psycopg.errors.InsufficientPrivilege as e:
        print("refused", e.diag.message_primary)
    print("still", conn.execute("SELECT 1").fetchone()[0])
