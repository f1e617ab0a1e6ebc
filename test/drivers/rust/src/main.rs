// suite --port P --service NAME --system-password PW - the common suite, by the oracledb crate
//
// Runs every line of ../suite.tsv and prints for each `ok NAME`, `not ok NAME - why` or `out NAME - reason`.
use oracledb::{BindParameters, Connection, Lob, DB_TYPE_DATE, DB_TYPE_NUMBER, DB_TYPE_RAW, DB_TYPE_TIMESTAMP, OracleNumber, OracleTimestamp, ToDbValue};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

const USER: &str = "SUITE_RUST";
const PASSWORD: &str = "Tiger_1";
const INSERT: &str = "insert into suite_types values (:1, :2, :3, :4, :5, :6, :7, :8)";

// A driver's error, or what the driver or the rehearsal does not have.
enum Trouble {
    Oracle(oracledb::Error),
    Out(&'static str),
}

impl From<oracledb::Error> for Trouble {
    fn from(error: oracledb::Error) -> Self {
        Trouble::Oracle(error)
    }
}

type Done = Result<(), Trouble>;

struct Suite {
    options: HashMap<String, String>,
    failures: u32,
}

fn out(reason: &'static str) -> Done {
    Err(Trouble::Out(reason))
}

fn raises<T>(words: &str, result: Result<T, oracledb::Error>) {
    match result {
        Ok(_) => panic!("no {words}"),
        Err(error) => assert!(words.split('|').any(|word| error.to_string().contains(word)), "wanted {words}, got {error}"),
    }
}

fn number(text: &str) -> OracleNumber {
    text.parse().unwrap()
}

fn count(c: &Connection, sql: &str) -> i64 {
    c.query_row(sql, &[]).unwrap().get::<i64>(0).unwrap()
}

fn run(c: &Connection, sql: &str) -> u64 {
    c.execute(sql, &[]).unwrap().rows_affected()
}

fn batch(c: &Connection, sql: &str, rows: &[Vec<Box<dyn ToDbValue>>]) -> Result<u64, oracledb::Error> {
    let borrowed: Vec<Vec<&dyn ToDbValue>> = rows.iter().map(|row| row.iter().map(|value| value.as_ref()).collect()).collect();
    let slices: Vec<&[&dyn ToDbValue]> = borrowed.iter().map(|row| row.as_slice()).collect();
    Ok(c.execute_batch(sql, BindParameters::Slice(&slices))?.rows_affected())
}

impl Suite {
    fn option(&self, name: &str) -> &str {
        &self.options[name]
    }

    fn connect_as(&self, user: &str, password: &str, service: &str) -> Result<Connection, oracledb::Error> {
        let place = format!("{}:{}/{}", self.option("host"), self.option("port"), service);
        oracledb::connect(oracledb::Config::default().set_credentials(user, password).set_connect_string(&place)?)
    }

    fn connect(&self) -> Connection {
        self.connect_as(USER, PASSWORD, self.option("service")).unwrap()
    }

    fn test(&mut self, name: &str, part: impl FnOnce(&Suite) -> Done) {
        match std::panic::catch_unwind(AssertUnwindSafe(|| part(self))) {
            Ok(Ok(())) => println!("ok {name}"),
            Ok(Err(Trouble::Out(reason))) => println!("out {name} - {reason}"),
            Ok(Err(Trouble::Oracle(error))) => self.failed(name, &error.to_string()),
            Err(trouble) => {
                let why = trouble.downcast_ref::<String>().cloned().or(trouble.downcast_ref::<&str>().map(|text| text.to_string()));
                self.failed(name, &why.unwrap_or_default())
            }
        }
    }

    fn failed(&mut self, name: &str, why: &str) {
        self.failures += 1;
        println!("not ok {name} - {}", why.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect::<String>());
    }

    fn login(&self) -> Done {
        let system = self.connect_as("SYSTEM", self.option("system-password"), self.option("service"))?;
        if let Err(error) = system.execute(&format!("drop user {USER} cascade"), &[]) {
            assert!(error.to_string().contains("ORA-01918"), "{error}");
        }
        run(&system, &format!("create user {USER} identified by \"{PASSWORD}\""));
        run(&system, &format!("grant connect, resource, create session, create table, unlimited tablespace to {USER}"));
        let mine = self.connect();
        assert!(mine.version()?.to_string().starts_with(&std::env::var("SUITE_RELEASE").unwrap_or("19.".into())), "{}", mine.version()?);
        assert_eq!(mine.query_row("select user from dual", &[])?.get::<String>(0)?, USER);
        Ok(())
    }

    fn tls(&self) -> Done {
        let Some(port) = self.options.get("tls-port") else {
            return out("no port of TCPS was given");
        };
        let place = format!("tcps://localhost:{port}/{}", self.option("service"));
        let config = oracledb::Config::default().set_credentials(USER, PASSWORD).set_connect_string(&place)?;
        let safe = oracledb::connect(config.set_wallet_location(format!("{}/authority", self.option("wallet"))))?;
        assert_eq!(count(&safe, "select count(*) from suite_many"), 100000);
        Ok(())
    }
}

fn ddl(c: &Connection) -> Done {
    run(c, "create table suite_ddl (a number(10) primary key, b varchar2(10))");
    raises("ORA-00955", c.execute("create table suite_ddl (a number)", &[]));
    run(c, "insert into suite_ddl values (1, 'x')");
    run(c, "alter table suite_ddl add (c date)");
    run(c, "truncate table suite_ddl");
    assert_eq!(count(c, "select count(*) from suite_ddl"), 0);
    run(c, "drop table suite_ddl");
    raises("ORA-00942", c.query_row("select * from suite_ddl", &[]));
    run(c, "create table suite_types (id number(10) primary key, price number(12,2), any_n number, name varchar2(80), \
            short char(5), day date, moment timestamp(6), bytes raw(16))");
    Ok(())
}

fn binds_of_every_type(c: &Connection) -> Done {
    let when = OracleTimestamp::new_timestamp(2024, 2, 29, 23, 59, 58, 0);
    let moment = OracleTimestamp::new_timestamp(2024, 2, 29, 23, 59, 58, 123456000);
    let done = c.execute(INSERT, &[&1, &number("1234.5"), &number("-0.00000001"), &"Zoë 🛒", &"ab", &when, &moment, &vec![0u8, 255]])?;
    assert_eq!(done.rows_affected(), 1);
    let row = c.query_row("select * from suite_types where id = :1", &[&1])?;
    assert_eq!(row.get::<i64>(0)?, 1);
    assert_eq!(row.get::<String>(1)?, "1234.5");
    assert_eq!(row.get::<f64>(2)?, -0.00000001);
    assert_eq!((row.get::<String>(3)?.as_str(), row.get::<String>(4)?.as_str()), ("Zoë 🛒", "ab   "));
    assert_eq!(row.get::<OracleTimestamp>(5)?, when);
    assert_eq!(row.get::<OracleTimestamp>(6)?, moment);
    assert_eq!(row.get::<Vec<u8>>(7)?, [0, 255]);
    Ok(())
}

fn null_in_every_type(c: &Connection) -> Done {
    let (numeric, text) = (None::<OracleNumber>, None::<String>);
    let (date, moment, raw) = (None::<OracleTimestamp>, None::<OracleTimestamp>, None::<Vec<u8>>);
    c.execute(INSERT, &[&2, &numeric, &numeric, &text, &text, &date, &moment, &raw])?;
    c.execute("update suite_types set any_n = :1, day = :2, moment = :3, bytes = :4 where id = 2",
              &[&DB_TYPE_NUMBER, &DB_TYPE_DATE, &DB_TYPE_TIMESTAMP, &DB_TYPE_RAW])?;
    c.execute("insert into suite_types (id, name) values (:1, :2)", &[&3, &""])?;
    let mut id = 2;
    for row in c.query("select * from suite_types where id > 1 and name is null order by id", &[])? {
        let row = row?;
        assert_eq!(row.get::<i64>(0)?, id);
        assert!(row.get::<Option<f64>>(1)?.is_none() && row.get::<Option<f64>>(2)?.is_none());
        assert!(row.get::<Option<String>>(3)?.is_none() && row.get::<Option<String>>(4)?.is_none());
        assert!(row.get::<Option<OracleTimestamp>>(5)?.is_none() && row.get::<Option<OracleTimestamp>>(6)?.is_none());
        assert!(row.get::<Option<Vec<u8>>>(7)?.is_none());
        id += 1;
    }
    assert_eq!(id, 4);
    c.commit()?;
    Ok(())
}

fn numbers(c: &Connection) -> Done {
    let nines = "9".repeat(38);
    for text in ["0", "100", "10000000000", "-0.5", "0.001", "-0.000000001", "123456789012345678.25", &nines, &format!("-{nines}"), "0.00000000000000000001"] {
        c.execute("update suite_types set any_n = :1 where id = 2", &[&number(text)])?;
        let got = c.query_row("select any_n from suite_types where id = 2", &[])?.get::<OracleNumber>(0)?;
        assert_eq!(got.to_string(), number(text).to_string());
        assert_eq!(count(c, &format!("select count(*) from suite_types where id = 2 and any_n = {text}")), 1);
    }
    c.commit()?;
    Ok(())
}

fn long_text_and_raw(c: &Connection) -> Done {
    let (text, data) = ("ü".repeat(2000), (0..2000u32).map(|n| (n % 250) as u8).collect::<Vec<u8>>());
    run(c, "create table suite_long (id number, t varchar2(4000), r raw(2000))");
    c.execute("insert into suite_long values (1, :1, :2)", &[&text, &data])?;
    let row = c.query_row("select t, r from suite_long", &[])?;
    assert_eq!(row.get::<String>(0)?, text);
    assert_eq!(row.get::<Vec<u8>>(1)?, data);
    Ok(())
}

fn one_statement_many_times(c: &Connection) -> Done {
    for n in 0..300i64 {
        let (name, value) = ("x".repeat((n * 7 % 80) as usize), if n % 3 == 0 { Some(n) } else { None });
        c.execute("insert into suite_types (id, name, any_n) values (:1, :2, :3)", &[&(10000 + n), &name, &value])?;
        let row = c.query_row("select name, any_n from suite_types where id = :1", &[&(10000 + n)])?;
        assert_eq!(row.get::<Option<String>>(0)?, if name.is_empty() { None } else { Some(name) });
        assert_eq!(row.get::<Option<i64>>(1)?, value);
    }
    c.rollback()?;
    Ok(())
}

fn array_insert(c: &Connection) -> Done {
    let rows: Vec<Vec<Box<dyn ToDbValue>>> = (0..2000i64)
        .map(|n| -> Vec<Box<dyn ToDbValue>> {
            vec![Box::new(20000 + n), Box::new(number(&format!("{}.{:02}", n / 100, n % 100))), Box::new(if n % 5 != 0 { Some(format!("name {n}")) } else { None })]
        })
        .collect();
    for part in rows.chunks(1000) {
        assert_eq!(batch(c, "insert into suite_types (id, price, name) values (:1, :2, :3)", part)?, 1000);
    }
    c.commit()?;
    assert_eq!(count(c, "select count(*) from suite_types where id >= 20000"), 2000);
    assert_eq!(count(c, "select sum(price) from suite_types where id >= 20000"), 19990);
    assert_eq!(count(c, "select count(name) from suite_types where id >= 20000"), 1600);
    Ok(())
}

fn array_with_a_bad_row(c: &Connection) -> Done {
    let rows: Vec<Vec<Box<dyn ToDbValue>>> =
        (0..10i64).map(|n| -> Vec<Box<dyn ToDbValue>> { vec![Box::new(if n == 5 { 1 } else { 30000 + n })] }).collect();
    raises("ORA-00001", batch(c, "insert into suite_types (id) values (:1)", &rows));
    assert_eq!(count(c, "select count(*) from suite_types where id >= 30000"), 5);
    c.rollback()?;
    Ok(())
}

fn fetch_of_100000_rows(c: &Connection) -> Done {
    run(c, "create table suite_many (id number(10) primary key, name varchar2(40), price number(12,2), moment timestamp(6))");
    let moment = |n: i64| OracleTimestamp::new_timestamp(2024, 2, 29, 23, 59, 58, n as u32 * 1000);
    let name = |n: i64| if n % 7 != 0 { Some(format!("name {n}")) } else { None };
    for first in (0..100000i64).step_by(5000) {
        let rows: Vec<Vec<Box<dyn ToDbValue>>> = (first..first + 5000)
            .map(|n| -> Vec<Box<dyn ToDbValue>> {
                vec![Box::new(n), Box::new(name(n)), Box::new(number(&format!("{}.{:02}", n % 1000 / 100, n % 100))), Box::new(moment(n))]
            })
            .collect();
        assert_eq!(batch(c, "insert into suite_many values (:1, :2, :3, :4)", &rows)?, 5000);
    }
    c.commit()?;
    let mut n = 0;
    for row in c.query("select id, name, price, moment from suite_many order by id", &[])? {
        let row = row?;
        assert_eq!(row.get::<i64>(0)?, n);
        assert_eq!(row.get::<Option<String>>(1)?, name(n));
        assert_eq!(row.get::<f64>(2)?, (n % 1000) as f64 / 100.0);
        assert_eq!(row.get::<OracleTimestamp>(3)?, moment(n));
        n += 1;
    }
    assert_eq!(n, 100000);
    Ok(())
}

fn part_of_a_result(c: &Connection) -> Done {
    for _ in 0..3 {
        let mut rows = c.query("select id from suite_many order by id", &[])?;
        for n in 0..150 {
            assert_eq!(rows.next().unwrap()?.get::<i64>(0)?, n);
        }
    }
    assert_eq!(count(c, "select 1 from dual"), 1);
    Ok(())
}

fn two_results_in_turn(c: &Connection) -> Done {
    let mut up = c.query("select id from suite_many where id < 3000 order by id", &[])?;
    let mut down = c.query("select id from suite_many where id < 3000 order by id desc", &[])?;
    for n in 0..3000 {
        assert_eq!(up.next().unwrap()?.get::<i64>(0)?, n);
        assert_eq!(down.next().unwrap()?.get::<i64>(0)?, 2999 - n);
        if n == 1000 {
            run(c, "update suite_types set price = 1 where id = 1");
            c.commit()?;
        }
    }
    Ok(())
}

fn commit_and_rollback(c: &Connection, other: &Connection) -> Done {
    let seen = || count(other, "select count(*) from suite_types where id = 40000");
    run(c, "insert into suite_types (id) values (40000)");
    assert_eq!(seen(), 0);
    c.commit()?;
    assert_eq!(seen(), 1);
    run(c, "delete from suite_types where id = 40000");
    c.rollback()?;
    assert_eq!(seen(), 1);
    Ok(())
}

fn savepoints(c: &Connection) -> Done {
    run(c, "insert into suite_types (id) values (50001)");
    run(c, "savepoint here");
    run(c, "insert into suite_types (id) values (50002)");
    run(c, "rollback to savepoint here");
    run(c, "insert into suite_types (id) values (50003)");
    c.commit()?;
    assert_eq!(count(c, "select sum(id) from suite_types where id > 50000"), 100004);
    Ok(())
}

fn returning(c: &Connection) -> Done {
    let mut done = c.execute("update suite_types set price = 7 where id = :1 returning price into :2", &[&1, &DB_TYPE_NUMBER])?;
    let rows = done.returned_data();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<i64>(0)?, 7);
    c.rollback()?;
    Ok(())
}

fn plsql_in_and_out(c: &Connection) -> Done {
    for n in 3..6i64 {
        let text = " ".repeat(100);
        let mut done = c.execute("begin :1 := :2 + :3; :4 := 'sum'; end;", &[&DB_TYPE_NUMBER, &n, &4, &text])?;
        let values = done.out_bind_data();
        assert_eq!((values.get::<i64>(0)?, values.get::<String>(1)?.as_str()), (n + 4, "sum"));
    }
    Ok(())
}

fn errors(c: &Connection) -> Done {
    raises("ORA-00942", c.query_row("select * from nowhere", &[]));
    raises("ORA-00001", c.execute("insert into suite_types (id) values (1)", &[]));
    raises("ORA-00900", c.execute("make me a sandwich", &[]));
    raises("ORA-12899", c.execute("update suite_types set short = :1 where id = 1", &[&"123456"]));
    raises("ORA-01476", c.query_row("select 1 / (id - id) from suite_types", &[]));
    let found = c.query("select 1 / (id - 500) from suite_many order by id", &[]).and_then(|rows| {
        for row in rows {
            row?;
        }
        Ok(())
    });
    raises("ORA-01476", found);
    assert_eq!(count(c, "select 1 from dual"), 1);
    c.rollback()?;
    Ok(())
}

fn call_timeout(c: &Connection) -> Done {
    run(c, "insert into suite_types (id) values (60000)");
    c.set_call_timeout(Some(Duration::from_millis(500)))?;
    let found = c.query_row("select count(*) from suite_many a, suite_many b where a.price + b.price > 1", &[]);
    c.set_call_timeout(None)?;
    raises("ORA-01013|timeout|ORO-4024", found);
    assert_eq!(count(c, "select count(*) from suite_types where id = 60000"), 1);
    c.rollback()?;
    Ok(())
}

// All of a LOB; the buffer holds it, for the driver cuts pairs of UTF-16 between two reads.
fn content(lob: &mut Lob) -> Vec<u8> {
    let mut all = vec![0; 600000];
    let len = lob.read(&mut all).unwrap();
    all.truncate(len);
    all
}

fn locators(c: &Connection, sql: &str) -> Result<(Lob, Lob), oracledb::Error> {
    let mut row = c.statement(sql)?.fetch_lobs().build()?.query_row(&[])?;
    Ok((row.take::<Lob>(0)?, row.take::<Lob>(1)?))
}

fn lobs(c: &Connection) -> Done {
    let (text, data) = ("a\u{e4}\u{20ac}\u{1f600}".repeat(30000), (0..102400).map(|i| i as u8).collect::<Vec<u8>>());
    run(c, "create table suite_lobs (id number, c clob, b blob)");
    c.execute("insert into suite_lobs values (1, :1, :2)", &[&text, &data])?;
    run(c, "insert into suite_lobs values (2, empty_clob(), empty_blob())");
    run(c, "insert into suite_lobs values (3, null, null)");
    c.commit()?;
    let mut row = c.query_row("select c, b from suite_lobs where id = 1", &[])?;
    assert!(row.take::<String>(0)? == text && row.take::<Vec<u8>>(1)? == data, "not what was written, fetched whole");
    let (mut clob, mut blob) = locators(c, "select c, b from suite_lobs where id = 1")?;
    assert_eq!((clob.get_size()?, blob.get_size()?), (150000, 102400)); // UTF-16 units
    assert!(content(&mut clob) == text.as_bytes() && content(&mut blob) == data, "not what was written");
    let (mut clob, mut blob) = locators(c, "select c, b from suite_lobs where id = 2")?;
    assert_eq!((content(&mut clob), content(&mut blob)), (vec![], vec![]));
    assert_eq!(count(c, "select count(*) from suite_lobs where c is null"), 1);
    // by locators: written under a lock of the row
    let (mut clob, mut blob) = locators(c, "select c, b from suite_lobs where id = 1 for update")?;
    clob.write_all("end".as_bytes()).unwrap();
    blob.trim(4)?;
    clob.trim(3)?;
    c.commit()?;
    let (mut clob, mut blob) = locators(c, "select c, b from suite_lobs where id = 1")?;
    assert_eq!((content(&mut clob), content(&mut blob)), (b"end".to_vec(), data[..4].to_vec()));
    Ok(())
}

fn main() {
    let mut options: HashMap<String, String> =
        [("host", "127.0.0.1"), ("service", "SHOPDB"), ("system-password", "system-secret")].map(|(k, v)| (k.into(), v.into())).into();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for pair in arguments.chunks(2) {
        options.insert(pair[0].trim_start_matches("--").into(), pair[1].clone());
    }
    std::panic::set_hook(Box::new(|_| ()));
    let mut suite = Suite { options, failures: 0 };
    println!("# rust-oracledb {}", include_str!("../Cargo.toml").rsplit('=').next().unwrap().trim().trim_matches('"'));
    suite.test("login", |s| s.login());
    suite.test("login_with_a_wrong_password", |s| {
        raises("ORA-01017", s.connect_as(USER, "not it", s.option("service")));
        s.connect();
        Ok(())
    });
    suite.test("login_to_an_unknown_service", |s| {
        raises("12514|NOWHERE", s.connect_as(USER, PASSWORD, "NOWHERE"));
        Ok(())
    });
    let mut c = suite.connect();
    let other = suite.connect();
    let parts: [(&str, fn(&Connection) -> Done); 12] = [
        ("ddl", ddl), ("binds_of_every_type", binds_of_every_type), ("null_in_every_type", null_in_every_type),
        ("numbers_keep_their_digits", numbers), ("long_text_and_raw", long_text_and_raw),
        ("one_statement_many_times", one_statement_many_times), ("array_insert", array_insert),
        ("array_with_a_bad_row", array_with_a_bad_row), ("batch_errors", |_| out("the driver has none")),
        ("fetch_of_100000_rows", fetch_of_100000_rows), ("part_of_a_result", part_of_a_result),
        ("two_results_in_turn", two_results_in_turn),
    ];
    for (name, part) in parts {
        suite.test(name, |_| part(&c));
    }
    suite.test("commit_and_rollback", |_| commit_and_rollback(&c, &other));
    let parts: [(&str, fn(&Connection) -> Done); 10] = [
        ("savepoints", savepoints), ("returning", returning), ("plsql_in_and_out", plsql_in_and_out), ("errors", errors),
        ("cancel", |_| out("the driver has none; its call timeout sends the same break")), ("call_timeout", call_timeout), ("lobs", lobs),
        ("dictionary", |_| out("the driver asks nothing but of object types")), ("context", |_| out("the driver has none")), ("native_encryption", |_| out("the driver has none")),
    ];
    for (name, part) in parts {
        suite.test(name, |_| part(&c));
    }
    suite.test("tls", |s| s.tls());
    suite.test("logoff", |_| {
        c.ping()?;
        Ok(c.close()?)
    });
    std::process::exit(if suite.failures > 0 { 1 } else { 0 });
}
