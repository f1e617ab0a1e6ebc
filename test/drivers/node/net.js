// net.js PORT - node-oracledb, thin, against the listener over the stub engine of net_stub.c
'use strict';
const oracledb = require('oracledb');
const assert = require('assert');

let failures = 0;

async function test(name, run) {
  try {
    await run();
    console.log(`ok node_${name}`);
  } catch (error) {
    failures++;
    console.log(`not ok node_${name} - ${String(error.message).replace(/\s+/g, ' ').slice(0, 400)}`);
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

async function main(port) {
  const login = { user: 'scott', password: 'tiger', connectString: `127.0.0.1:${port}/STUB` };
  await test('wrong_password_is_ora_01017', () => raises('ORA-01017', () =>
    oracledb.getConnection({ ...login, password: 'lion' })));
  await test('unknown_service_is_refused', () => raises('NJS-518', () =>
    oracledb.getConnection({ ...login, connectString: `127.0.0.1:${port}/OTHER` })));
  const connection = await oracledb.getConnection(login);

  for (const count of [0, 1, 2, 99, 100, 101, 250, 2500]) {
    await test(`${count}_rows_arrive`, async () => {
      const result = await connection.execute(`select rows ${count}`);
      assert.strictEqual(result.rows.length, count);
      if (count > 2) {
        assert.strictEqual(result.rows[1][0], 2);
        assert.strictEqual(result.rows[1][6], 'AAARwbAAYAAAAAfAAC');
        assert.strictEqual(result.rows[2][0], null);
        assert.strictEqual(result.rows[0][7], 'long');
        assert.ok(result.rows[0][5].equals(Buffer.from([0x1d, 0, 0xff])));
      }
    });
  }
  await test('an_array_larger_than_any_prefetch_loses_no_row', async () => {
    const result = await connection.execute('select rows 120000', [], { prefetchRows: 0, fetchArraySize: 150000 });
    assert.strictEqual(result.rows.length, 120000);
    const more = await connection.execute('select rows 120000', [], { prefetchRows: 110000, fetchArraySize: 110000 });
    assert.strictEqual(more.rows.length, 120000);
  });
  await test('a_result_set_given_up_is_run_again', async () => {
    for (let i = 0; i < 3; i++) {
      const result = await connection.execute('select rows 500', [], { resultSet: true });
      assert.strictEqual((await result.resultSet.getRows(10)).length, 10);
      await result.resultSet.close();
    }
  });
  await test('binds_come_back', async () => {
    for (const value of ['text', 1, -0.5, null, Buffer.from([1, 2]), 'x'.repeat(30000)]) {
      const result = await connection.execute('select echo :1', [value]);
      assert.deepStrictEqual(result.rows[0][0], value);
    }
    const when = new Date(1700000000123);
    const result = await connection.execute('select echo :1', [when]);
    assert.strictEqual(result.rows[0][0].getTime(), when.getTime());
  });
  await test('execute_many_counts', async () => {
    const rows = Array.from({ length: 20000 }, (_, i) => [i % 12, 'y'.repeat(i % 300)]);
    const result = await connection.executeMany('insert :1, :2', rows);
    assert.strictEqual(result.rowsAffected, 20000);
  });
  await test('batch_errors_and_row_counts', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [i % 50 === 7 ? 13 : 1]);
    const result = await connection.executeMany('insert :1', rows, { batchErrors: true, dmlRowCounts: true });
    assert.deepStrictEqual(result.batchErrors.map((error) => error.offset), [7, 57]);
    assert.strictEqual(result.dmlRowCounts.length, 100);
  });
  await test('returning_and_out_binds', async () => {
    const out = { dir: oracledb.BIND_OUT, type: oracledb.NUMBER };
    let result = await connection.execute('insert :1 returning x into :2', [9, out]);
    assert.deepStrictEqual(result.outBinds, [[9]]);
    result = await connection.execute('begin :1 := :2; end;', [{ dir: oracledb.BIND_OUT, type: oracledb.STRING }, 'value']);
    assert.deepStrictEqual(result.outBinds, ['value']);
  });
  await test('errors_leave_the_session_in_step', async () => {
    for (const size of [1, 100, 5000, 100000]) {
      const error = await raises('ORA-00942', () => connection.execute('insert nowhere :1', ['z'.repeat(size)]));
      assert.strictEqual(error.offset, 5);
      await raises('ORA-00942', () => connection.execute('insert nowhere :1 returning x into :2',
        ['z'.repeat(size), { dir: oracledb.BIND_OUT, type: oracledb.NUMBER }]));
      assert.strictEqual((await connection.execute('select rows 3')).rows.length, 3);
    }
  });
  await test('what_is_not_played_is_refused', async () => {
    await raises('ORA-22275', () => connection.createLob(oracledb.CLOB)); // the engine of a page holds none
    await raises('ORA-01484', () => connection.execute('insert :1',
      [{ dir: oracledb.BIND_IN, type: oracledb.NUMBER, val: [1, 2, 3] }]));
    await connection.ping();
  });
  await test('break_is_ora_01013', async () => {
    for (let i = 0; i < 3; i++) {
      setTimeout(() => connection.break(), 300);
      await raises('ORA-01013', () => connection.execute('sleep'));
      assert.strictEqual((await connection.execute('select rows 5')).rows.length, 5);
    }
  });
  await test('call_timeout_ends_the_call', async () => {
    connection.callTimeout = 300;
    await raises('NJS-123', () => connection.execute('sleep'));
    connection.callTimeout = 0;
    await connection.ping();
  });
  await test('commit_rollback_and_warning', async () => {
    await connection.execute('insert :1', [1], { autoCommit: true });
    await connection.execute('insert :1', [1]);
    await connection.commit();
    await connection.rollback();
    const result = await connection.execute('compile');
    assert.ok(result.warning);
  });
  await test('closes', () => connection.close());
  process.exit(failures ? 1 : 0);
}

main(process.argv[2]).catch((error) => {
  console.log(`not ok node_suite - ${error.message}`);
  process.exit(1);
});
