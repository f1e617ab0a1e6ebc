// run.js --port P --service NAME --system-password PW - node-oracledb, thin and unmodified, against the rehearsal
'use strict';
const oracledb = require('oracledb');
const assert = require('assert');
const { parseArgs } = require('util');

const { values: options } = parseArgs({ options: {
  port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' },
  service: { type: 'string', default: 'SHOPDB' }, 'system-password': { type: 'string', default: 'system-secret' },
} });
const USER = 'DRIVER_JS';
const PASSWORD = 'Tiger_1';
const connectString = `${options.host}:${options.port}/${options.service}`;
let failures = 0;

async function test(name, run) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
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

async function logins() {
  await test('a_wrong_password_is_ora_01017', () => raises('ORA-01017', () => connect('SYSTEM', 'not it')));
  await test('an_unknown_service_is_ora_12514', async () => {
    const error = await raises('NJS-518', () => connect('SYSTEM', 'x', connectString.replace(options.service, 'NOWHERE')));
    assert.ok(error.message.includes('NOWHERE'), error.message);
  });
  await test('system_makes_a_user', async () => {
    const system = await connect('SYSTEM', options['system-password']);
    try {
      await system.execute(`drop user ${USER} cascade`);
    } catch (error) {
      assert.strictEqual(error.errorNum, 1918, error.message);
    }
    await system.execute(`create user ${USER} identified by "${PASSWORD}"`);
    await system.execute(`grant connect, resource, create session, create table, unlimited tablespace to ${USER}`);
    await system.close();
  });
}

const MOMENT = new Date('2024-02-29T23:59:58.123Z');

async function tables(connection) {
  await test('a_table_of_every_type_is_made_and_filled', async () => {
    await connection.execute(`create table js_types (id number(10) primary key, price number(12,2), name varchar2(80),
      short char(5), day date, moment timestamp(6), bytes raw(16))`);
    const result = await connection.execute('insert into js_types values (:1, :2, :3, :4, :5, :6, :7)',
      [1, 1234.5, 'Zoë 🛒', 'ab', MOMENT, MOMENT, Buffer.from([0, 255])]);
    assert.strictEqual(result.rowsAffected, 1);
    await connection.execute('insert into js_types (id) values (2)');
    await connection.commit();
  });
  await test('rows_come_back_and_null_in_every_type', async () => {
    const { rows } = await connection.execute('select * from js_types order by id');
    assert.deepStrictEqual(rows[0].slice(0, 4), [1, 1234.5, 'Zoë 🛒', 'ab   ']);
    assert.strictEqual(rows[0][5].getTime(), MOMENT.getTime());
    assert.ok(rows[0][6].equals(Buffer.from([0, 255])));
    assert.deepStrictEqual(rows[1], [2, null, null, null, null, null, null]);
  });
  await test('execute_many_and_a_query_over_several_fetches', async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => [100 + n, n / 100, n % 5 ? `name ${n}` : null]);
    const done = await connection.executeMany('insert into js_types (id, price, name) values (:1, :2, :3)', rows);
    assert.strictEqual(done.rowsAffected, 3000);
    await connection.commit();
    for (const fetchArraySize of [1, 100, 2999, 5000]) {
      const result = await connection.execute('select id, price, name from js_types where id >= :low order by id', [100],
        { fetchArraySize });
      assert.strictEqual(result.rows.length, 3000);
      assert.deepStrictEqual(result.rows[1234], [1334, 12.34, 'name 1234']);
    }
  });
  await test('a_result_set_is_read_in_parts_and_given_up', async () => {
    for (let i = 0; i < 3; i++) {
      const result = await connection.execute('select id from js_types order by id', [], { resultSet: true });
      assert.strictEqual((await result.resultSet.getRows(150)).length, 150);
      await result.resultSet.close();
    }
  });
  await test('batch_errors_keep_the_good_rows', async () => {
    const result = await connection.executeMany('insert into js_types (id) values (:1)', [[9001], [1], [9002], [2]],
      { batchErrors: true, dmlRowCounts: true });
    assert.deepStrictEqual(result.batchErrors.map((error) => [error.offset, error.message.slice(0, 9)]), [[1, 'ORA-00001'], [3, 'ORA-00001']]);
    assert.deepStrictEqual(result.dmlRowCounts, [1, 0, 1, 0]);
    await connection.rollback();
  });
}

async function transactions(connection) {
  const other = await connect();
  const seen = async () => (await other.execute('select count(*) from js_types where id >= 9000')).rows[0][0];
  await test('commit_rollback_savepoint', async () => {
    await connection.execute('insert into js_types (id) values (9000)');
    assert.strictEqual(await seen(), 0);
    await connection.execute('savepoint here');
    await connection.execute('insert into js_types (id) values (9001)');
    await connection.execute('rollback to savepoint here');
    await connection.commit();
    assert.strictEqual(await seen(), 1);
    await connection.execute('delete from js_types where id >= 9000');
    await connection.rollback();
    assert.strictEqual(await seen(), 1);
    await connection.execute('delete from js_types where id >= 9000', [], { autoCommit: true });
    assert.strictEqual(await seen(), 0);
  });
  await other.close();
}

async function words(connection) {
  await test('returning_and_blocks', async () => {
    const number = { dir: oracledb.BIND_OUT, type: oracledb.NUMBER };
    let result = await connection.execute('update js_types set price = :p where id = :id returning price into :o',
      { p: 7, id: 1, o: number });
    assert.deepStrictEqual(result.outBinds.o, [7]);
    result = await connection.execute('begin :o := :a + :b; end;', { o: number, a: 3, b: 4 });
    assert.strictEqual(result.outBinds.o, 7);
    await connection.rollback();
  });
  await test('errors_have_oracles_numbers', async () => {
    const error = await raises('ORA-00942', () => connection.execute('select * from nowhere'));
    assert.strictEqual(error.offset, 14);
    await raises('ORA-00001', () => connection.execute('insert into js_types (id) values (1)'));
    await raises('ORA-00900', () => connection.execute('make me a sandwich'));
    await raises('ORA-12899', () => connection.execute('update js_types set short = :1', ['123456']));
    await connection.rollback();
  });
  await test('break_is_ora_01013_and_the_session_goes_on', async () => {
    setTimeout(() => connection.break(), 400);
    await raises('ORA-01013', () => connection.execute(
      'select count(*) from js_types a, js_types b, js_types c where a.price + b.price + c.price > 1'));
    assert.strictEqual((await connection.execute('select 1 from dual')).rows[0][0], 1);
  });
}

async function main() {
  await logins();
  let connection;
  await test('the_user_logs_in', async () => {
    connection = await connect();
    assert.ok(connection.oracleServerVersionString.startsWith('19.'), connection.oracleServerVersionString);
  });
  if (connection) {
    await tables(connection);
    await transactions(connection);
    await words(connection);
    await test('the_session_ends_in_order', () => connection.close());
  }
  process.exit(failures ? 1 : 0);
}

main().catch((error) => {
  console.log(`not ok suite - ${error.stack}`);
  process.exit(1);
});
