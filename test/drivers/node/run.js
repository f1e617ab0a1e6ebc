// run.js --port P --service NAME --system-password PW - the common suite, by node-oracledb, thin and unmodified
//
// Runs every line of ../suite.tsv and prints for each `ok NAME`, `not ok NAME - why` or `out NAME - reason`.
'use strict';
const oracledb = require('oracledb');
const assert = require('assert');
const { parseArgs } = require('util');

const { values: options } = parseArgs({ options: {
  port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' },
  service: { type: 'string', default: 'SHOPDB' }, 'system-password': { type: 'string', default: 'system-secret' },
  'tls-port': { type: 'string' }, wallet: { type: 'string' }, sqlnet: { type: 'string' },
} });
const USER = 'SUITE_NODE';
const PASSWORD = 'Tiger_1';
const connectString = `${options.host}:${options.port}/${options.service}`;
let failures = 0;

class Out extends Error {} // what the driver or the rehearsal does not have

async function test(name, run) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    if (error instanceof Out) {
      console.log(`out ${name} - ${error.message}`);
      return;
    }
    failures++;
    console.log(`not ok ${name} - ${String(error.message).replace(/\s+/g, ' ').slice(0, 400)}`);
  }
}

async function raises(code, run) {
  try {
    await run();
  } catch (error) {
    assert.ok(String(error.message).includes(code), error.message);
    return error;
  }
  throw new Error(`no ${code}`);
}

const connect = (user = USER, password = PASSWORD, where = connectString) =>
  oracledb.getConnection({ user, password, connectString: where });
const one = async (connection, sql, binds = []) => (await connection.execute(sql, binds)).rows[0][0];

async function logins() {
  await test('login', async () => {
    const system = await connect('SYSTEM', options['system-password']);
    try {
      await system.execute(`drop user ${USER} cascade`);
    } catch (error) {
      assert.strictEqual(error.errorNum, 1918, error.message);
    }
    await system.execute(`create user ${USER} identified by "${PASSWORD}"`);
    await system.execute(`grant connect, resource, create session, create table, unlimited tablespace to ${USER}`);
    await system.close();
    const mine = await connect();
    assert.ok(mine.oracleServerVersionString.startsWith(process.env.SUITE_RELEASE || '19.'), mine.oracleServerVersionString);
    assert.strictEqual(await one(mine, 'select user from dual'), USER);
    await mine.close();
  });
  await test('login_with_a_wrong_password', async () => {
    await raises('ORA-01017', () => connect(USER, 'not it'));
    await (await connect()).close();
  });
  await test('login_to_an_unknown_service', async () => {
    const error = await raises('NJS-518', () => connect(USER, PASSWORD, connectString.replace(options.service, 'NOWHERE')));
    assert.ok(error.message.includes('NOWHERE'), error.message);
  });
}

const MOMENT = new Date('2024-02-29T23:59:58.123Z');
const INSERT = 'insert into suite_types values (:1, :2, :3, :4, :5, :6, :7, :8)';

async function values(c) {
  await test('ddl', async () => {
    await c.execute('create table suite_ddl (a number(10) primary key, b varchar2(10))');
    await raises('ORA-00955', () => c.execute('create table suite_ddl (a number)'));
    await c.execute("insert into suite_ddl values (1, 'x')");
    await c.execute('alter table suite_ddl add (c date)');
    await c.execute('truncate table suite_ddl');
    assert.deepStrictEqual((await c.execute('select a, b, c from suite_ddl')).rows, []);
    await c.execute('drop table suite_ddl');
    await raises('ORA-00942', () => c.execute('select * from suite_ddl'));
    await c.execute(`create table suite_types (id number(10) primary key, price number(12,2), any_n number, name varchar2(80),
      short char(5), day date, moment timestamp(6), bytes raw(16))`);
  });
  await test('binds_of_every_type', async () => {
    const done = await c.execute(INSERT, [1, 1234.5, -1e-8, 'Zoë 🛒', 'ab', { val: MOMENT, type: oracledb.DB_TYPE_DATE },
      { val: MOMENT, type: oracledb.DB_TYPE_TIMESTAMP }, Buffer.from([0, 255])]);
    assert.strictEqual(done.rowsAffected, 1);
    const { rows: [row] } = await c.execute('select * from suite_types where id = :1', [1]);
    assert.deepStrictEqual(row.slice(0, 5), [1, 1234.5, -1e-8, 'Zoë 🛒', 'ab   ']);
    assert.strictEqual(row[5].getTime(), Math.floor(MOMENT.getTime() / 1000) * 1000);
    assert.strictEqual(row[6].getTime(), MOMENT.getTime());
    assert.ok(row[7].equals(Buffer.from([0, 255])));
  });
  await test('null_in_every_type', async () => {
    const types = ['NUMBER', 'NUMBER', 'NUMBER', 'VARCHAR', 'CHAR', 'DATE', 'TIMESTAMP', 'RAW'];
    await c.execute(INSERT, types.map((type, i) => ({ val: i === 0 ? 2 : null, type: oracledb[`DB_TYPE_${type}`] })));
    await c.execute('insert into suite_types (id, name) values (:1, :2)', [3, '']);
    const { rows } = await c.execute('select * from suite_types where id > :1 and name is null order by id', [1]);
    assert.deepStrictEqual(rows, [[2, ...Array(7).fill(null)], [3, ...Array(7).fill(null)]]);
    await c.commit();
  });
  await test('numbers_keep_their_digits', async () => {
    const fetchTypeHandler = () => ({ type: oracledb.STRING });
    for (const text of ['0', '100', '10000000000', '-.5', '.001', '123456789012345678.25', '9'.repeat(38), '-' + '9'.repeat(38)]) {
      await c.execute('update suite_types set any_n = :1 where id = 2', [text]);
      const { rows } = await c.execute('select any_n from suite_types where id = 2', [], { fetchTypeHandler });
      assert.strictEqual(rows[0][0].replace(/^(-?)0\./, '$1.'), text);
    }
    await c.commit();
  });
  await test('long_text_and_raw', async () => {
    const text = 'ü'.repeat(2000), data = Buffer.from(Array.from({ length: 2000 }, (_, n) => n % 250));
    await c.execute('create table suite_long (id number, t varchar2(4000), r raw(2000))');
    await c.execute('insert into suite_long values (1, :1, :2)', [text, data]);
    const { rows: [row] } = await c.execute('select t, r from suite_long');
    assert.strictEqual(row[0], text);
    assert.ok(row[1].equals(data));
  });
  await test('one_statement_many_times', async () => {
    for (let n = 0; n < 300; n++) {
      const name = 'x'.repeat(n * 7 % 80), number = { val: n % 3 ? null : n, type: oracledb.NUMBER };
      await c.execute('insert into suite_types (id, name, any_n) values (:1, :2, :3)', [10000 + n, name, number]);
      const { rows } = await c.execute('select name, any_n from suite_types where id = :1', [10000 + n]);
      assert.deepStrictEqual(rows, [[name || null, number.val]]);
    }
    await c.rollback();
  });
}

async function many(c) {
  const insertIds = 'insert into suite_types (id) values (:1)';
  await test('array_insert', async () => {
    const row = (n) => [20000 + n, n / 100, n % 5 ? `name ${n}` : null];
    for (const from of [0, 1000]) {
      const done = await c.executeMany('insert into suite_types (id, price, name) values (:1, :2, :3)',
        Array.from({ length: 1000 }, (_, n) => row(from + n)), { dmlRowCounts: true });
      assert.strictEqual(done.rowsAffected, 1000);
      assert.deepStrictEqual(done.dmlRowCounts, Array(1000).fill(1));
    }
    await c.commit();
    const { rows } = await c.execute('select count(*), sum(price), count(name) from suite_types where id >= 20000');
    assert.deepStrictEqual(rows, [[2000, 19990, 1600]]);
  });
  await test('array_with_a_bad_row', async () => {
    await raises('ORA-00001', () => c.executeMany(insertIds, Array.from({ length: 10 }, (_, n) => [n === 5 ? 1 : 30000 + n])));
    assert.strictEqual(await one(c, 'select count(*) from suite_types where id >= 30000'), 5);
    await c.rollback();
  });
  await test('batch_errors', async () => {
    const done = await c.executeMany(insertIds, Array.from({ length: 20 }, (_, n) => [n % 4 ? 30000 + n : 1]),
      { batchErrors: true, dmlRowCounts: true });
    assert.deepStrictEqual(done.batchErrors.map((error) => [error.offset, error.message.slice(0, 9)]),
      [0, 4, 8, 12, 16].map((place) => [place, 'ORA-00001']));
    assert.deepStrictEqual(done.dmlRowCounts, Array.from({ length: 20 }, (_, n) => (n % 4 ? 1 : 0)));
    assert.strictEqual(await one(c, 'select count(*) from suite_types where id >= 30000'), 15);
    await c.rollback();
  });
  await test('fetch_of_100000_rows', async () => {
    await c.execute('create table suite_many (id number(10) primary key, name varchar2(40), price number(12,2), moment timestamp(6))');
    const row = (n) => [n, n % 7 ? `name ${n}` : null, (n % 1000) / 100, new Date(MOMENT.getTime() + n)];
    for (let first = 0; first < 100000; first += 5000) {
      await c.executeMany('insert into suite_many values (:1, :2, :3, :4)', Array.from({ length: 5000 }, (_, n) => row(first + n)),
        { bindDefs: [{ type: oracledb.NUMBER }, { type: oracledb.STRING, maxSize: 40 }, { type: oracledb.NUMBER },
          { type: oracledb.DB_TYPE_TIMESTAMP }] });
    }
    await c.commit();
    for (const fetchArraySize of [100, 1000, 5000]) {
      const { resultSet } = await c.execute('select id, name, price, moment from suite_many order by id', [],
        { resultSet: true, fetchArraySize });
      let n = 0;
      for await (const got of resultSet) {
        assert.deepStrictEqual(got, row(n));
        n++;
      }
      assert.strictEqual(n, 100000);
    }
  });
  await test('part_of_a_result', async () => {
    for (let i = 0; i < 3; i++) {
      const { resultSet } = await c.execute('select id from suite_many order by id', [], { resultSet: true });
      const rows = await resultSet.getRows(150);
      assert.deepStrictEqual(rows.map((row) => row[0]), Array.from({ length: 150 }, (_, n) => n));
      await resultSet.close();
    }
    assert.strictEqual(await one(c, 'select 1 from dual'), 1);
  });
  await test('two_results_in_turn', async () => {
    const up = (await c.execute('select id from suite_many where id < 3000 order by id', [], { resultSet: true })).resultSet;
    const down = (await c.execute('select id from suite_many where id < 3000 order by id desc', [], { resultSet: true })).resultSet;
    for (let n = 0; n < 3000; n++) {
      assert.deepStrictEqual([(await up.getRow())[0], (await down.getRow())[0]], [n, 2999 - n]);
      if (n === 1000) {
        await c.execute('update suite_types set price = 1 where id = 1');
        await c.commit();
      }
    }
    await up.close();
    await down.close();
  });
}

async function transactions(c) {
  await test('commit_and_rollback', async () => {
    const other = await connect();
    const seen = () => one(other, 'select count(*) from suite_types where id = 40000');
    await c.execute('insert into suite_types (id) values (40000)');
    assert.strictEqual(await seen(), 0);
    await c.commit();
    assert.strictEqual(await seen(), 1);
    await c.execute('delete from suite_types where id = 40000');
    await c.rollback();
    assert.strictEqual(await seen(), 1);
    await c.execute('delete from suite_types where id = 40000', [], { autoCommit: true });
    assert.strictEqual(await seen(), 0);
    await other.close();
  });
  await test('savepoints', async () => {
    await c.execute('insert into suite_types (id) values (50001)');
    await c.execute('savepoint here');
    await c.execute('insert into suite_types (id) values (50002)');
    await c.execute('rollback to savepoint here');
    await c.execute('insert into suite_types (id) values (50003)');
    await c.commit();
    assert.deepStrictEqual((await c.execute('select id from suite_types where id > 50000 order by id')).rows, [[50001], [50003]]);
  });
}

async function words(c) {
  const number = { dir: oracledb.BIND_OUT, type: oracledb.NUMBER };
  await test('returning', async () => {
    const { outBinds } = await c.execute('update suite_types set price = :p where id = :id returning price into :o', { p: 7, id: 1, o: number });
    assert.deepStrictEqual(outBinds.o, [7]);
    await c.rollback();
  });
  await test('plsql_in_and_out', async () => {
    for (let n = 3; n < 6; n++) {
      const { outBinds } = await c.execute("begin :o := :a + :b; :t := 'sum'; end;",
        { o: number, a: n, b: 4, t: { dir: oracledb.BIND_OUT, type: oracledb.STRING } });
      assert.deepStrictEqual([outBinds.o, outBinds.t], [n + 4, 'sum']);
    }
    const many = Array.from({ length: 2000 }, (_, i) => i);
    const { outBinds } = await c.execute(`declare n number := 0; begin ${many.map((i) => `n := n + :b${i};`).join('')} :o := n; end;`,
      { o: number, ...Object.fromEntries(many.map((i) => [`b${i}`, i])) });
    assert.strictEqual(outBinds.o, 1999000);
  });
  await test('errors', async () => {
    const error = await raises('ORA-00942', () => c.execute('select * from nowhere'));
    assert.strictEqual(error.offset, 14);
    await raises('ORA-00001', () => c.execute('insert into suite_types (id) values (1)'));
    await raises('ORA-00900', () => c.execute('make me a sandwich'));
    await raises('ORA-12899', () => c.execute('update suite_types set short = :1 where id = 1', ['123456']));
    await raises('ORA-01476', () => c.execute('select 1 / (id - id) from suite_types'));
    await raises('ORA-01476', () => c.execute('select 1 / (id - 500) from suite_many order by id'));
    assert.strictEqual(await one(c, 'select 1 from dual'), 1);
    await c.rollback();
  });
  await test('cancel', async () => {
    await c.execute('insert into suite_types (id) values (60000)');
    setTimeout(() => c.break(), 500);
    await raises('ORA-01013', () => c.execute('select count(*) from suite_many a, suite_many b where a.price + b.price > 1'));
    assert.strictEqual(await one(c, 'select count(*) from suite_types where id = 60000'), 1);
    await c.rollback();
  });
  await test('call_timeout', async () => {
	  await c.execute('insert into suite_types (id) values (60001)');
	  c.callTimeout = 500;
	  await raises(
		  'NJS-123',
		  () => c.execute(
			  'select count(*) from suite_many a, suite_many b where a.price + b.price > 1'));
	  c.callTimeout = 0;
	  assert.strictEqual(await one(c, 'select count(*) from suite_types where id = 60001'), 1);
	  await c.rollback();
  });
  await test('lobs', () => lobs(c));
  await test('dictionary', () => {
    throw new Out('the driver asks nothing but of object types');
  });
  await context();
  await test('native_encryption', () => {
    throw new Out('the driver has none');
  });
  await test('tls', async () => {
    if (!options['tls-port']) throw new Out('no port of TCPS was given');
    const safe = await oracledb.getConnection({ user: USER, password: PASSWORD, walletLocation: options.wallet,
      connectString: `tcps://localhost:${options['tls-port']}/${options.service}` });
    assert.strictEqual(await one(safe, 'select count(*) from suite_many'), 100000);
    await safe.close();
  });
}

async function written(lob, data) {
  await new Promise((done, fail) => {
    lob.on('error', fail);
    lob.on('finish', done);
    lob.end(data);
  });
}

async function lobs(c) {
  const letters = 'a\u00e4\u20ac\u{1f600}';
  const text = letters.repeat(30000);
  const data = Buffer.from(Array.from({ length: 102400 }, (_, i) => i % 256));
  const find = 'select c, b from suite_lobs where id = :1';
  await c.execute('create table suite_lobs (id number, c clob, b blob)');
  await c.execute('insert into suite_lobs values (1, :1, :2)', [text, data]);
  await c.execute('insert into suite_lobs values (2, empty_clob(), empty_blob())');
  await c.execute('insert into suite_lobs values (3, null, null)');
  await c.commit();
  const [[clob, blob]] = (await c.execute(find, [1])).rows;
  assert.deepStrictEqual([clob.length, blob.length], [150000, 102400]); // UTF-16 units
  assert.ok(await clob.getData() === text && data.equals(await blob.getData()), 'not what was written');
  const whole = { fetchInfo: { C: { type: oracledb.STRING }, B: { type: oracledb.BUFFER } } };
  const [[c1, b1]] = (await c.execute(find, [1], whole)).rows;
  assert.ok(c1 === text && data.equals(b1), 'not what was written, fetched whole');
  const [[empty], [none]] = (await c.execute('select c from suite_lobs where id > 1 order by id')).rows;
  assert.deepStrictEqual([await empty.getData() || '', none], ['', null]);
  assert.strictEqual(await one(c, 'select count(*) from suite_lobs where c is null'), 1);
  // by locators: written under a lock of the row
  const place = { type: oracledb.CLOB, dir: oracledb.BIND_OUT };
  const made = await c.execute('insert into suite_lobs values (4, empty_clob(), null) returning c into :1', [place]);
  await written(made.outBinds[0][0], text);
  await c.commit();
  assert.ok(await (await one(c, 'select c from suite_lobs where id = 4')).getData() === text, 'not what was streamed');
  const temporary = await c.createLob(oracledb.CLOB);
  await written(temporary, text);
  await c.execute('update suite_lobs set c = :1 where id = 3', [temporary]);
  await temporary.close();
  assert.ok(await (await one(c, 'select c from suite_lobs where id = 3')).getData() === text, 'not what was bound');
  await c.rollback();
}

async function context() {
  const ask = "select sys_context('clientcontext', 'Branch'), sys_context('CLIENTCONTEXT', 'other') from dual";
  const config = { user: USER, password: PASSWORD, connectString };
  const appContext = [['CLIENTCONTEXT', 'BRANCH', 'Bern']];
  await test('context', async () => {
    const said = await oracledb.getConnection({ ...config, appContext });
    const other = await connect();
    const row = async (connection) => (await connection.execute(ask)).rows[0];
    assert.deepStrictEqual(await row(said), ['Bern', null]);
    await said.rollback();
    assert.deepStrictEqual(await row(said), ['Bern', null]);
    assert.deepStrictEqual(await row(other), [null, null]);
    said.appContext('CLIENTCONTEXT', [{ other: 'Basel' }]);
    assert.deepStrictEqual(await row(said), ['Bern', 'Basel']);
    said.clearAppContext('CLIENTCONTEXT');
    assert.deepStrictEqual(await row(said), [null, null]);
    said.appContext('SHOP', [{ branch: 'Bern' }]);
    await assert.rejects(said.execute(ask), /ORA-28267/);
    await said.close();
    await other.close();
    await assert.rejects(oracledb.getConnection({ ...config, appContext: [['SHOP', 'BRANCH', 'Bern']] }), /ORA-28267/);
  });
}

async function main() {
  console.log(`# node-oracledb ${oracledb.versionString}`);
  await logins();
  const c = await connect();
  await values(c);
  await many(c);
  await transactions(c);
  await words(c);
  await test('logoff', async () => {
    await c.ping();
    await c.close();
  });
  process.exit(failures ? 1 : 0);
}

main().catch((error) => {
  console.log(`not ok suite - ${error.stack}`);
  process.exit(1);
});
