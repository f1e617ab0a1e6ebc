// tls.js CONNECT PASSWORD WALLET [WALLET_PASSWORD] - node-oracledb, thin, over TCPS; prints what it read, or the error
'use strict';
const oracledb = require('oracledb');

async function main([connectString, password, walletLocation, walletPassword]) {
  const connection = await oracledb.getConnection({ user: 'system', password, connectString, walletLocation, walletPassword });
  await connection.execute('create table node_tls (id number, text varchar2(2000))');
  const rows = Array.from({ length: 2000 }, (_, i) => [i, 'x'.repeat(i)]);
  await connection.executeMany('insert into node_tls values (:1, :2)', rows);
  await connection.commit();
  const result = await connection.execute('select count(*), sum(length(text)) from node_tls');
  const all = await connection.execute('select id, text from node_tls order by id', [], { fetchArraySize: 300 });
  await connection.execute('drop table node_tls');
  await connection.close();
  console.log(JSON.stringify({ version: oracledb.versionString, counted: result.rows[0], read: all.rows.length,
    same: all.rows.every(([id, text], i) => id === i && (text || '').length === i) }));
}

main(process.argv.slice(2)).catch((error) => {
  console.log(JSON.stringify({ failed: error.message }));
  process.exit(1);
});
