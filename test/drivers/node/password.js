// password.js CONNECT USER OLD NEXT LAST - node-oracledb, thin, changes a password at the login and in a session
'use strict';
const oracledb = require('oracledb');
const assert = require('assert');

async function main([connectString, user, old, next, last]) {
  await (await oracledb.getConnection({ user, password: old, newPassword: next, connectString })).close();
  const connection = await oracledb.getConnection({ user, password: next, connectString });
  await assert.rejects(connection.changePassword(user, old, last), /ORA-28008/);
  await connection.changePassword(user, next, last);
  assert.strictEqual((await connection.execute('select 1 from dual')).rows[0][0], 1);
  await connection.close();
  await (await oracledb.getConnection({ user, password: last, connectString })).close();
}

main(process.argv.slice(2)).catch((error) => {
  console.log(error.message);
  process.exit(1);
});
