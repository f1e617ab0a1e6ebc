// client.js PORT fetch|insert TABLE ROWS ARRAY - node-oracledb, thin and unmodified; see client.c
'use strict';
const oracledb = require('oracledb');

const [port, what, table] = process.argv.slice(2, 5);
const [rows, array] = process.argv.slice(5).map(Number);

async function fetch(connection) {
  const cursor = (await connection.execute(`select * from ${table}_${rows}`, [],
    { resultSet: true, prefetchRows: array, fetchArraySize: array })).resultSet;
  let count = 0, sum = 0;
  for (let part = await cursor.getRows(array); part.length > 0; part = await cursor.getRows(array)) {
    count += part.length;
    for (const row of part) sum += row[0];
  }
  await cursor.close();
  return [count, sum];
}

async function insert(connection) {
  const day = new Date(2024, 1, 29, 12, 30, 15), lines = [];
  for (let n = 1; n <= array; n++)
    lines.push([n, `customer number ${String(n).padStart(8, '0')}`, n * 701, day, `the remark that belongs to row ${String(n).padStart(9, '0')}`]);
  const bindDefs = [{ type: oracledb.DB_TYPE_NUMBER }, { type: oracledb.DB_TYPE_VARCHAR, maxSize: 24 }, { type: oracledb.DB_TYPE_NUMBER },
    { type: oracledb.DB_TYPE_DATE }, { type: oracledb.DB_TYPE_VARCHAR, maxSize: 40 }];
  let done = 0;
  while (done < rows)
    done += (await connection.executeMany('insert into bench values (:1, :2, :3, :4, :5)', lines.slice(0, rows - done), { bindDefs })).rowsAffected;
  await connection.commit();
  return [done, 0];
}

async function main() {
  const connection = await oracledb.getConnection({ user: 'bench', password: 'bench', connectString: `127.0.0.1:${port}/BENCH` });
  const before = process.cpuUsage(), begin = Date.now();
  const [count, sum] = await (what === 'insert' ? insert : fetch)(connection);
  const seconds = (Date.now() - begin) / 1000, spent = process.cpuUsage(before);
  console.log(JSON.stringify({ version: oracledb.versionString, rows: count, sum, s: seconds, cpu_s: (spent.user + spent.system) / 1e6 }));
  await connection.close();
}

main().catch((error) => { console.error(error); process.exit(1); });
