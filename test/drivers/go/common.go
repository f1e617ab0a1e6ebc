// suite --port P --service NAME --system-password PW - the common suite, by one of Go's drivers and database/sql
//
// Runs every line of ../suite.tsv and prints for each `ok NAME`, `not ok NAME - why` or `out NAME - reason`.  What a driver does in
// its own way stands in its folder.
package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"time"
)

const (
	password = "Tiger_1"
	insert   = "insert into suite_types values (:1, :2, :3, :4, :5, :6, :7, :8)"
)

// What is a driver's own.
type driver struct {
	module, name, user string
	open               func(user, password, service string) (*sql.DB, error)
	number             func(err error) int // Oracle's, 0 of another error
	nonsense           string              // that Oracle refuses
	exact              string              // any_n, asked for so that each digit comes
	fillMany           func(c *sql.Conn)   // 100,000 rows into suite_many
	cases              map[string]func(c *sql.Conn)
}

var (
	host     = flag.String("host", "127.0.0.1", "")
	port     = flag.Int("port", 0, "")
	service  = flag.String("service", "SHOPDB", "")
	system   = flag.String("system-password", "system-secret", "")
	tlsPort  = flag.Int("tls-port", 0, "")
	wallet   = flag.String("wallet", "", "a folder with ca.pem, for TCPS")
	_        = flag.String("sqlnet", "", "not used: a driver demands encryption by itself")
	failures = 0
	it       driver // its folder sets it
	ctx      = context.Background()
	when     = time.Date(2024, 2, 29, 23, 59, 58, 0, time.UTC)
)

type out string // what the driver or the rehearsal does not have

func (o out) Error() string { return string(o) }

type failed string

// A case that the driver does not have.
func without(why string) func(*sql.Conn) {
	return func(*sql.Conn) { panic(out(why)) }
}

// What came of a line; of what failed, where it was called from, innermost first.
func test(name string, run func()) {
	defer func() {
		switch trouble := recover().(type) {
		case nil:
			fmt.Println("ok", name)
		case out:
			fmt.Println("out", name, "-", string(trouble))
		default:
			failures++
			where := regexp.MustCompile(`(common|main)\.go:\d+`).FindAllString(string(debug.Stack()), -1)
			fmt.Println("not ok", name, "-", strings.Join(strings.Fields(fmt.Sprint(trouble)), " "), where)
		}
	}()
	run()
}

func must(err error) {
	if err != nil {
		panic(failed(err.Error()))
	}
}

func same(got, wanted any) {
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		panic(failed(fmt.Sprintf("wanted %v, got %v", wanted, got)))
	}
}

// Digit by digit, in whatever form a driver gives it.
func sameNumber(got any, wanted string) {
	left, isNumber := new(big.Rat).SetString(fmt.Sprint(got))
	right, _ := new(big.Rat).SetString(wanted)
	if !isNumber || left.Cmp(right) != 0 {
		panic(failed(fmt.Sprintf("wanted %s, got %v", wanted, got)))
	}
}

func raises(code int, err error) {
	if err == nil || it.number(err) != code {
		panic(failed(fmt.Sprintf("wanted ORA-%05d, got %v", code, err)))
	}
}

func try(user, password, service string) (*sql.Conn, error) {
	db, err := it.open(user, password, service)
	must(err)
	return connection(db)
}

// The one connection there is of @db.
func connection(db *sql.DB) (*sql.Conn, error) {
	db.SetMaxOpenConns(1)
	return db.Conn(ctx)
}

func open(user, password, service string) *sql.Conn {
	conn, err := try(user, password, service)
	must(err)
	return conn
}

func connect() *sql.Conn { return open(it.user, password, *service) }

type doer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func exec(c doer, query string, args ...any) int64 {
	done, err := c.ExecContext(ctx, query, args...)
	must(err)
	rows, err := done.RowsAffected()
	must(err)
	return rows
}

func execErr(c doer, query string, args ...any) error {
	_, err := c.ExecContext(ctx, query, args...)
	return err
}

func query(c doer, text string, args ...any) ([][]any, error) {
	rows, err := c.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all [][]any
	for rows.Next() {
		row, at := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			at[i] = &row[i]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

func one(c doer, text string, args ...any) any {
	rows, err := query(c, text, args...)
	must(err)
	same(len(rows), 1)
	return rows[0][0]
}

func begin(c *sql.Conn) *sql.Tx {
	tx, err := c.BeginTx(ctx, nil)
	must(err)
	return tx
}

func login() {
	c := open("SYSTEM", *system, *service)
	defer c.Close()
	if err := execErr(c, "drop user "+it.user+" cascade"); err != nil {
		raises(1918, err)
	}
	exec(c, "create user "+it.user+` identified by "`+password+`"`)
	exec(c, "grant connect, resource, create session, create table, unlimited tablespace to "+it.user)
	mine := connect()
	defer mine.Close()
	same(one(mine, "select user from dual"), it.user)
	version := fmt.Sprint(one(mine, "select max(version) from product_component_version"))
	release := os.Getenv("SUITE_RELEASE")
	if release == "" {
		release = "19."
	}
	if !strings.HasPrefix(version, release) {
		panic(failed(version))
	}
}

func ddl(c *sql.Conn) {
	exec(c, "create table suite_ddl (a number(10) primary key, b varchar2(10))")
	raises(955, execErr(c, "create table suite_ddl (a number)"))
	exec(c, "insert into suite_ddl values (1, 'x')")
	exec(c, "alter table suite_ddl add (c date)")
	exec(c, "truncate table suite_ddl")
	same(one(c, "select count(*) from suite_ddl"), 0)
	exec(c, "drop table suite_ddl")
	_, err := query(c, "select * from suite_ddl")
	raises(942, err)
	exec(c, "create table suite_types (id number(10) primary key, price number(12,2), any_n number, name varchar2(80), "+
		"short char(5), day date, moment timestamp(6), bytes raw(16))")
}

// Row 1 as binds_of_every_type has put it.
func checkEveryType(c *sql.Conn) {
	rows, err := query(c, "select * from suite_types where id = :1", 1)
	must(err)
	row := rows[0]
	sameNumber(row[1], "1234.5")
	sameNumber(row[2], "-0.00000001")
	same([]any{row[0], row[3], row[4]}, []any{1, "Zoë 🛒", "ab   "})
	same(row[5].(time.Time).Format("2006-01-02 15:04:05.999999"), "2024-02-29 23:59:58")
	same(row[6].(time.Time).Format("2006-01-02 15:04:05.999999"), "2024-02-29 23:59:58.123456")
	if !bytes.Equal(row[7].([]byte), []byte{0, 255}) {
		panic(failed("bytes"))
	}
}

// Rows 2 and 3: nothing but an id.
func checkNulls(c *sql.Conn) {
	rows, err := query(c, "select * from suite_types where id > 1 and name is null order by id")
	must(err)
	same(len(rows), 2)
	for i, row := range rows {
		same(row[0], i+2)
		for _, value := range row[1:] {
			same(value, nil)
		}
	}
}

func numbers(c *sql.Conn) {
	for _, text := range []string{"0", "100", "10000000000", "-0.5", "0.001", "-0.000000001", "123456789012345678.25",
		strings.Repeat("9", 38), "-" + strings.Repeat("9", 38), "0.00000000000000000001"} {
		exec(c, "update suite_types set any_n = :1 where id = 2", text)
		sameNumber(one(c, "select "+it.exact+" from suite_types where id = 2"), text)
	}
}

func longTextAndRaw(c *sql.Conn) {
	text, data := strings.Repeat("ü", 2000), make([]byte, 2000)
	for i := range data {
		data[i] = byte(i % 250)
	}
	exec(c, "create table suite_long (id number, t varchar2(4000), r raw(2000))")
	exec(c, "insert into suite_long values (1, :1, :2)", text, data)
	rows, err := query(c, "select t, r from suite_long")
	must(err)
	same(rows[0][0], text)
	if !bytes.Equal(rows[0][1].([]byte), data) {
		panic(failed("raw"))
	}
}

func oneStatementManyTimes(c *sql.Conn) {
	tx := begin(c)
	put, err := tx.PrepareContext(ctx, "insert into suite_types (id, name, any_n) values (:1, :2, :3)")
	must(err)
	get, err := tx.PrepareContext(ctx, "select name, any_n from suite_types where id = :1")
	must(err)
	for n := 0; n < 300; n++ {
		name := strings.Repeat("x", n*7%80)
		_, err := put.ExecContext(ctx, 10000+n, name, sql.NullInt64{Int64: int64(n), Valid: n%3 == 0})
		must(err)
		var gotName sql.NullString
		var gotNumber sql.NullInt64
		must(get.QueryRowContext(ctx, 10000+n).Scan(&gotName, &gotNumber))
		same(gotName, sql.NullString{String: name, Valid: name != ""})
		same(gotNumber.Valid, n%3 == 0)
	}
	must(put.Close())
	must(get.Close())
	must(tx.Rollback())
}

func manyRows(c *sql.Conn) {
	exec(c, "create table suite_many (id number(10) primary key, name varchar2(40), price number(12,2), moment timestamp(6))")
	it.fillMany(c)
	rows, err := c.QueryContext(ctx, "select id, name, price, moment from suite_many order by id")
	must(err)
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var id int
		var name sql.NullString
		var price float64
		var moment time.Time
		must(rows.Scan(&id, &name, &price, &moment))
		wanted := sql.NullString{String: fmt.Sprintf("name %d", n), Valid: n%7 != 0}
		if !wanted.Valid {
			wanted.String = ""
		}
		if id != n || name != wanted || fmt.Sprintf("%.2f", price) != fmt.Sprintf("%.2f", float64(n%1000)/100) || moment.Nanosecond() != n*1000 {
			panic(failed(fmt.Sprint(n, id, name, price, moment)))
		}
	}
	must(rows.Err())
	same(n, 100000)
}

func partOfAResult(c *sql.Conn) {
	for i := 0; i < 3; i++ {
		rows, err := c.QueryContext(ctx, "select id from suite_many order by id")
		must(err)
		for n := 0; n < 150; n++ {
			var id int
			same(rows.Next(), true)
			must(rows.Scan(&id))
			same(id, n)
		}
		must(rows.Close())
	}
	same(one(c, "select 1 from dual"), 1)
}

func twoResultsInTurn(c *sql.Conn) {
	up, err := c.QueryContext(ctx, "select id from suite_many where id < 3000 order by id")
	must(err)
	defer up.Close()
	down, err := c.QueryContext(ctx, "select id from suite_many where id < 3000 order by id desc")
	must(err)
	defer down.Close()
	for n := 0; n < 3000; n++ {
		var a, b int
		same(up.Next() && down.Next(), true)
		must(up.Scan(&a))
		must(down.Scan(&b))
		same(a, n)
		same(b, 2999-n)
		if n == 1000 {
			exec(c, "update suite_types set price = 1 where id = 1")
		}
	}
}

func commitAndRollback(c *sql.Conn) {
	other := connect()
	defer other.Close()
	seen := func() any { return one(other, "select count(*) from suite_types where id = 40000") }
	tx := begin(c)
	exec(tx, "insert into suite_types (id) values (40000)")
	same(seen(), 0)
	must(tx.Commit())
	same(seen(), 1)
	tx = begin(c)
	exec(tx, "delete from suite_types where id = 40000")
	must(tx.Rollback())
	same(seen(), 1)
}

func savepoints(c *sql.Conn) {
	tx := begin(c)
	exec(tx, "insert into suite_types (id) values (50001)")
	exec(tx, "savepoint here")
	exec(tx, "insert into suite_types (id) values (50002)")
	exec(tx, "rollback to savepoint here")
	exec(tx, "insert into suite_types (id) values (50003)")
	must(tx.Commit())
	same(one(c, "select sum(id) from suite_types where id > 50000"), 100004)
}

func returning(c *sql.Conn) {
	tx := begin(c)
	var price int64
	exec(tx, "update suite_types set price = 7 where id = :1 returning price into :2", 1, sql.Out{Dest: &price})
	same(price, 7)
	must(tx.Rollback())
}

func errorNumbers(c *sql.Conn) {
	_, err := query(c, "select * from nowhere")
	raises(942, err)
	raises(1, execErr(c, "insert into suite_types (id) values (1)"))
	raises(900, execErr(c, it.nonsense))
	raises(12899, execErr(c, "update suite_types set short = :1 where id = 1", "123456"))
	_, err = query(c, "select 1 / (id - id) from suite_types")
	raises(1476, err)
	_, err = query(c, "select 1 / (id - 500) from suite_many order by id")
	raises(1476, err)
	same(one(c, "select 1 from dual"), 1)
}

func cancel(c *sql.Conn) {
	soon, stop := context.WithCancel(ctx)
	time.AfterFunc(500*time.Millisecond, stop)
	breakOff(c, soon, context.Canceled)
}

func callTimeout(c *sql.Conn) {
	soon, stop := context.WithTimeout(ctx, 500*time.Millisecond)
	defer stop()
	breakOff(c, soon, context.DeadlineExceeded)
}

func breakOff(c *sql.Conn, soon context.Context, why error) {
	tx := begin(c)
	exec(tx, "insert into suite_types (id) values (60000)")
	rows, err := tx.QueryContext(soon, "select count(*) from suite_many a, suite_many b where a.price + b.price > 1")
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
		rows.Close()
	}
	if !errors.Is(err, why) {
		raises(1013, err)
	}
	same(one(tx, "select count(*) from suite_types where id = 60000"), 1)
	must(tx.Rollback())
}

// What a CLOB and a BLOB are given: 120,000 characters, 102,400 bytes.
func lobContents() (string, []byte) {
	data := make([]byte, 102400)
	for i := range data {
		data[i] = byte(i)
	}
	return strings.Repeat("a\u00e4\u20ac\U0001f600", 30000), data
}

var names = []string{
	"ddl", "binds_of_every_type", "null_in_every_type", "numbers_keep_their_digits", "long_text_and_raw", "one_statement_many_times",
	"array_insert", "array_with_a_bad_row", "batch_errors", "fetch_of_100000_rows", "part_of_a_result", "two_results_in_turn",
	"commit_and_rollback", "savepoints", "returning", "plsql_in_and_out", "errors", "cancel", "call_timeout", "lobs", "dictionary",
	"context", "native_encryption", "tls",
}

var common = map[string]func(*sql.Conn){
	"ddl": ddl, "numbers_keep_their_digits": numbers, "long_text_and_raw": longTextAndRaw,
	"one_statement_many_times": oneStatementManyTimes, "fetch_of_100000_rows": manyRows, "part_of_a_result": partOfAResult,
	"two_results_in_turn": twoResultsInTurn, "commit_and_rollback": commitAndRollback, "savepoints": savepoints, "returning": returning,
	"errors": errorNumbers, "cancel": cancel, "call_timeout": callTimeout,
	"context":      without("the driver has none"),
	"batch_errors": without("the driver has no call for them"),
	"dictionary":   without("the driver asks nothing but of object types"),
}

func main() {
	flag.Parse()
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == it.module {
			fmt.Println("#", it.name, module.Version)
		}
	}
	test("login", login)
	test("login_with_a_wrong_password", func() {
		_, err := try(it.user, "not it", *service)
		raises(1017, err)
		connect().Close()
	})
	test("login_to_an_unknown_service", func() {
		_, err := try(it.user, password, "NOWHERE")
		if err == nil || !strings.Contains(err.Error(), "12514") {
			panic(failed(fmt.Sprint(err)))
		}
	})
	c := connect()
	for _, name := range names {
		run, isOwn := it.cases[name]
		if !isOwn {
			run = common[name]
		}
		test(name, func() { run(c) })
	}
	test("logoff", func() {
		must(c.PingContext(ctx))
		must(c.Close())
	})
	if failures > 0 {
		os.Exit(1)
	}
}
