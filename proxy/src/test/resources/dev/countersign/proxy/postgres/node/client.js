// What an application with node-postgres does, one line for each thing.
const { Client, Pool } = require('pg');
const Cursor = require('pg-cursor');
const copy = require('pg-copy-streams');
const { pipeline } = require('node:stream/promises');
const { Readable } = require('node:stream');

const settings = { ssl: { rejectUnauthorized: false } };

async function refused(client, text) {
  try {
    await client.query(text);
    console.log('not refused', text);
  } catch (e) {
    console.log('refused', e.severity, e.code, e.message);
  }
}

async function main() {
  const client = new Client(settings);
  await client.connect();

  console.log('simple', (await client.query('SELECT 1 AS one')).rows[0].one);
  const several = await client.query('SELECT 1 AS a; SELECT 2 AS b');
  console.log('several', several.map((result) => result.rows[0]));
  console.log('parameters', (await client.query('SELECT $1::int + 1 AS n', [41])).rows[0].n);

  const byId = { name: 'by-id', text: 'SELECT name, email, ssn FROM customers WHERE id = $1' };
  for (let i = 0; i < 2; i++) {
    const { rows } = await client.query({ ...byId, values: [1] });
    console.log('prepared', rows[0].name, rows[0].email, rows[0].ssn);
  }
  const whole = await client.query('SELECT c FROM customers c');
  console.log('whole row', whole.rows[0].c);
  console.log('filtered', (await client.query({
    text: "SELECT upper(email) AS mail FROM customers WHERE name = $1",
    values: ['Ada'],
    rowMode: 'array'
  })).rows);

  const queued = [1, 2, 3, 4, 5].map((n) => client.query('SELECT $1::int AS n', [n]));
  console.log('queued', (await Promise.all(queued)).map((result) => result.rows[0].n));

  const cursor = client.query(new Cursor('SELECT id FROM orders ORDER BY id'));
  console.log('cursor', (await cursor.read(3)).length, (await cursor.read(100)).length);
  await cursor.close();
  const early = client.query(new Cursor('SELECT id FROM orders WHERE id > $1 ORDER BY id', [2]));
  console.log('cursor', (await early.read(2)).map((row) => row.id));
  await early.close();

  try {
    await client.query('SELECT nonsense FROM orders');
  } catch (e) {
    console.log('error', e.severity, e.code, e.position, e.message);
  }
  try {
    await client.query('INSERT INTO orders (id) VALUES ($1)', [1]);
  } catch (e) {
    console.log('error', e.code, e.table, e.constraint);
  }
  await refused(client, 'SELECT * FROM pg_authid');
  await refused(client, 'LISTEN news');
  await refused(client, "SELECT set_config('role', 'postgres', false)");
  await refused(client, 'SET ROLE postgres');

  await client.query('BEGIN');
  await client.query('INSERT INTO orders (id, status) VALUES (100, $1)', ['node']);
  await refused(client, 'SELECT * FROM pg_authid');
  await client.query('SELECT 1').catch((e) => console.log('aborted', e.code));
  await client.query('ROLLBACK');
  console.log('rolled back', (await client.query('SELECT FROM orders WHERE id = 100')).rowCount);

  const rows = Readable.from(['201\tcopied\n', '202\tcopied\n']);
  await pipeline(rows, client.query(copy.from('COPY orders (id, status) FROM STDIN')));
  let text = '';
  const out = client.query(
    copy.to("COPY (SELECT id, status FROM orders WHERE status = 'copied' ORDER BY id) TO STDOUT"));
  for await (const chunk of out) {
    text += chunk;
  }
  console.log('copied', JSON.stringify(text));
  const masked = client.query(copy.to('COPY customers TO STDOUT'));
  try {
    for await (const chunk of masked) {
      console.log('not refused', chunk.toString());
    }
  } catch (e) {
    console.log('refused', e.severity, e.code, e.message);
  }

  const sleeping = new Client(settings);
  await sleeping.connect();
  const config = { text: 'SELECT pg_sleep(50)', values: [] };
  const query = new (require('pg').Query)(config);
  const ended = new Promise((resolve) => query.once('error', resolve));
  sleeping.query(query);
  const until = Date.now() + 20000;
  const again = setInterval(() => {
    if (Date.now() > until) {
      clearInterval(again);
    }
    new Client({ ssl: false }).cancel(sleeping, query);
  }, 200);
  const cancelled = await ended;
  clearInterval(again);
  console.log('cancelled', cancelled.code, cancelled.message);
  await sleeping.end();

  const pool = new Pool({ ...settings, max: 4 });
  const many = [];
  for (let n = 0; n < 40; n++) {
    many.push(pool.query('SELECT $1::int AS n, name FROM customers WHERE id = 1', [n]));
  }
  const sum = (await Promise.all(many)).reduce((all, result) => all + result.rows[0].n, 0);
  console.log('pool', sum);
  await pool.end();
  await client.end();
}

main().catch((e) => {
  console.log('failed', e);
  process.exit(1);
});
