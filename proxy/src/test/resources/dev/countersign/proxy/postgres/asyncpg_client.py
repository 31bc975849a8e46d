"""What applications do with asyncpg, which speaks the binary format only; prints what they see."""

import asyncio
import ssl

import asyncpg


async def main():
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    conn = await asyncpg.connect(ssl=trusting, statement_cache_size=2)
    for n in range(4):
        for _ in range(2):
            assert await conn.fetchval(f"SELECT id + {n} FROM orders WHERE id = $1", 3) == 3 + n
    print("prepared")
    print("masked", await conn.fetchval("SELECT lower(ssn) FROM customers WHERE id = $1", 1))
    async with conn.transaction():
        rows = [row["id"] async for row in conn.cursor("SELECT id FROM orders ORDER BY id", prefetch=3)]
    print("cursor", len(rows) >= 10)
    await conn.executemany("UPDATE orders SET status = $1 WHERE id = $2", [("a", 1), ("b", 2)])
    print("many", await conn.fetchval("SELECT status FROM orders WHERE id = 2"))
    await conn.copy_records_to_table("orders", records=[(902, "copied")], columns=["id", "status"])
    print("copy", await conn.fetchval("SELECT status FROM orders WHERE id = 902"))
    try:
        await conn.fetch("SELECT * FROM pg_authid")
    except asyncpg.InsufficientPrivilegeError as e:
        print("refused", e.message)
    await conn.reset()
    await conn.close()


asyncio.run(main())
