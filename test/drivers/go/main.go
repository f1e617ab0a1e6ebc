// suite --port P --service NAME --system-password PW - the common suite, by go-ora and database/sql
//
// Runs every line of ../suite.tsv and prints for each `ok NAME`, `not ok NAME - why` or `out NAME - reason`.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	go_ora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/network"
)

const (
	user     = "SUITE_GOORA"
	password = "Tiger_1"
	insert   = "insert into suite_types values (:1, :2, :3, :4, :5, :6, :7, :8)"
)

var (
	host     = flag.String("host", "127.0.0.1", "")
	port     = flag.Int("port", 0, "")
	service  = flag.String("service", "SHOPDB", "")
	system   = flag.String("system-password", "system-secret", "")
	tlsPort  = flag.Int("tls-port", 0, "")
	wallet   = flag.String("wallet", "", "a folder with ca.pem, for TCPS")
	_        = flag.String("sqlnet", "", "not used: the driver demands encryption by itself")
	failures = 0
	ctx      = context.Background()
	when     = time.Date(2024, 2, 29, 23, 59, 58, 0, time.UTC)
)

type out string // what the driver or the rehearsal does not have

func (o out) Error() string { return string(o) }

type failed string

func test(name string, run func()) {
	defer func() {
		switch trouble := recover().(type) {
		case nil:
			fmt.Println("ok", name)
		case out:
			fmt.Println("out", name, "-", string(trouble))
		default:
			failures++
			where := ""
			for _, line := range strings.Split(string(debug.Stack()), "\n") {
				if strings.Contains(line, "main.go:") && !strings.Contains(line, "main.main") {
					where = strings.TrimSpace(line)
				}
			}
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

func raises(code int, err error) {
	var oracle *network.OracleError
	if !errors.As(err, &oracle) || oracle.ErrCode != code {
		panic(failed(fmt.Sprintf("wanted ORA-%05d, got %v", code, err)))
	}
}

func open(user, password, service string, more ...string) *sql.Conn {
	conn, err := try(user, password, service, more...)
	must(err)
	return conn
}

func try(user, password, service string, more ...string) (*sql.Conn, error) {
	options := map[string]string{}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i]] = more[i+1]
	}
	db, err := sql.Open("oracle", go_ora.BuildUrl(*host, *port, service, user, url.PathEscape(password), options))
	must(err)
	db.SetMaxOpenConns(1)
	return db.Conn(ctx)
}

func connect() *sql.Conn { return open(user, password, *service) }

type doer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
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

// All rows, values by text; NULL is "<nil>".
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
	if err := execErr(c, "drop user "+user+" cascade"); err != nil {
		raises(1918, err)
	}
	exec(c, "create user "+user+` identified by "`+password+`"`)
	exec(c, "grant connect, resource, create session, create table, unlimited tablespace to "+user)
	mine := connect()
	defer mine.Close()
	same(one(mine, "select user from dual"), user)
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

func bindsOfEveryType(c *sql.Conn) {
	moment := when.Add(123456 * time.Microsecond)
	same(exec(c, insert, 1, "1234.5", "-0.00000001", "Zoë 🛒", "ab", when, go_ora.TimeStamp(moment), []byte{0, 255}), 1)
	rows, err := query(c, "select * from suite_types where id = :1", 1)
	must(err)
	row := rows[0]
	same(row[:5], []any{1, 1234.5, "-0.00000001", "Zoë 🛒", "ab   "})
	same(row[5].(time.Time).Format("2006-01-02 15:04:05.999999"), "2024-02-29 23:59:58")
	same(row[6].(time.Time).Format("2006-01-02 15:04:05.999999"), "2024-02-29 23:59:58.123456")
	if !bytes.Equal(row[7].([]byte), []byte{0, 255}) {
		panic(failed("bytes"))
	}
}

func nullInEveryType(c *sql.Conn) {
	exec(c, insert, 2, sql.NullInt64{}, sql.NullFloat64{}, sql.NullString{}, sql.NullString{}, sql.NullTime{}, go_ora.NullTimeStamp{}, []byte(nil))
	exec(c, "insert into suite_types (id, name) values (:1, :2)", 3, "")
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

// As text: go-ora's own Number puts a zero digit before some fractions (-0.5 is 3e 65 33 66), which no server writes.
func numbers(c *sql.Conn) {
	for _, text := range []string{"0", "100", "10000000000", "-0.5", "0.001", "-0.000000001", "123456789012345678.25",
		strings.Repeat("9", 38), "-" + strings.Repeat("9", 38), "0.00000000000000000001"} {
		exec(c, "update suite_types set any_n = :1 where id = 2", text)
		same(one(c, "select any_n from suite_types where id = 2"), text)
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

func arrayInsert(c *sql.Conn) {
	ids, prices, names := make([]int64, 2000), make([]float64, 2000), make([]sql.NullString, 2000)
	for n := range ids {
		ids[n], prices[n] = int64(20000+n), float64(n)/100
		names[n] = sql.NullString{String: fmt.Sprintf("name %d", n), Valid: n%5 != 0}
	}
	put, err := c.PrepareContext(ctx, "insert into suite_types (id, price, name) values (:1, :2, :3)")
	must(err)
	for from := 0; from < 2000; from += 1000 {
		done, err := put.ExecContext(ctx, ids[from:from+1000], prices[from:from+1000], names[from:from+1000])
		must(err)
		touched, err := done.RowsAffected()
		must(err)
		same(touched, 1000)
	}
	must(put.Close())
	rows, err := query(c, "select count(*), sum(price), count(name) from suite_types where id >= 20000")
	must(err)
	same(rows[0], []any{2000, 19990, 1600})
}

func arrayWithABadRow(c *sql.Conn) {
	tx := begin(c)
	ids := make([]int64, 10)
	for n := range ids {
		ids[n] = int64(30000 + n)
	}
	ids[5] = 1
	err := execErr(tx, "insert into suite_types (id) values (:1)", ids)
	if strings.HasPrefix(os.Getenv("SUITE_RELEASE"), "11.") {
		raises(24381, err) // from 12.1 on the driver takes the first of the errors in its place
	} else {
		raises(1, err)
	}
	count := one(tx, "select count(*) from suite_types where id >= 30000")
	must(tx.Rollback())
	if fmt.Sprint(count) == "9" {
		panic(out("the driver always asks for batch errors: the nine good rows stand"))
	}
	same(count, 5)
}

func manyRows(c *sql.Conn) {
	exec(c, "create table suite_many (id number(10) primary key, name varchar2(40), price number(12,2), moment timestamp(6))")
	for first := 0; first < 100000; first += 5000 {
		ids, names, prices, moments := make([]int64, 5000), make([]sql.NullString, 5000), make([]float64, 5000), make([]go_ora.TimeStamp, 5000)
		for i := range ids {
			n := first + i
			ids[i], prices[i] = int64(n), float64(n%1000)/100
			names[i] = sql.NullString{String: fmt.Sprintf("name %d", n), Valid: n%7 != 0}
			moments[i] = go_ora.TimeStamp(when.Add(time.Duration(n) * time.Microsecond))
		}
		same(exec(c, "insert into suite_many values (:1, :2, :3, :4)", ids, names, prices, moments), 5000)
	}
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

func plsql(c *sql.Conn) {
	for n := 3; n < 6; n++ {
		var sum int64
		var text string
		exec(c, "begin :1 := :2 + :3; :4 := 'sum'; end;", sql.Out{Dest: &sum}, n, 4, go_ora.Out{Dest: &text, Size: 100})
		same(sum, n+4)
		same(text, "sum")
	}
}

func errorNumbers(c *sql.Conn) {
	_, err := query(c, "select * from nowhere")
	raises(942, err)
	raises(1, execErr(c, "insert into suite_types (id) values (1)"))
	raises(900, execErr(c, "make me a sandwich"))
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

// Content of the CLOB and the BLOB of a row, and whether they are NULL.
func lobsOf(c doer, id int) (text go_ora.Clob, data go_ora.Blob) {
	must(c.(interface {
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}).QueryRowContext(ctx, "select c, b from suite_lobs where id = :1", id).Scan(&text, &data))
	return
}

func lobs(c *sql.Conn) {
	text, data := strings.Repeat("a\u00e4\u20ac\U0001f600", 30000), make([]byte, 102400)
	for i := range data {
		data[i] = byte(i)
	}
	exec(c, "create table suite_lobs (id number, c clob, b blob)")
	exec(c, "insert into suite_lobs values (1, :1, :2)", go_ora.Clob{String: text, Valid: true}, go_ora.Blob{Data: data})
	exec(c, "insert into suite_lobs values (2, empty_clob(), empty_blob())")
	exec(c, "insert into suite_lobs values (3, null, null)")
	check := func(c *sql.Conn) {
		gotText, gotData := lobsOf(c, 1)
		if gotText.String != text || !bytes.Equal(gotData.Data, data) {
			panic(failed(fmt.Sprintf("%d and %d bytes came back, not what was written", len(gotText.String), len(gotData.Data))))
		}
		none, _ := lobsOf(c, 3)
		same(none.Valid, false)
	}
	check(c)
	same(one(c, "select count(*) from suite_lobs where c is null"), 1)
	same(one(c, "select length(c) from suite_lobs where id = 1"), 150000) // UTF-16 units
	exec(c, "update suite_lobs set c = :1 where id = 2", go_ora.Clob{String: text[:3], Valid: true})
	short, _ := lobsOf(c, 2)
	same(short.String, text[:3])
	// the same by locators, read after the row
	later := open(user, password, *service, "lob fetch", "post")
	defer later.Close()
	check(later)
}

func nativeEncryption(*sql.Conn) {
	c := open(user, password, *service, "encryption", "REQUIRED", "data integrity", "REQUIRED")
	defer c.Close()
	same(one(c, "select count(*) from suite_many"), 100000)
}

func overTLS(*sql.Conn) {
	if *tlsPort == 0 {
		panic(out("no port of TCPS was given"))
	}
	pem, err := os.ReadFile(*wallet + "/ca.pem")
	must(err)
	authorities := x509.NewCertPool()
	same(authorities.AppendCertsFromPEM(pem), true)
	where := go_ora.BuildUrl("localhost", *tlsPort, *service, user, password, map[string]string{"SSL": "enable"})
	connector, ok := go_ora.NewConnector(where).(*go_ora.OracleConnector)
	same(ok, true)
	connector.WithTLSConfig(&tls.Config{RootCAs: authorities, ServerName: "localhost"})
	c, err := sql.OpenDB(connector).Conn(ctx)
	must(err)
	defer c.Close()
	same(one(c, "select count(*) from suite_many"), 100000)
}

func main() {
	flag.Parse()
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.Contains(module.Path, "go-ora") {
			fmt.Println("# go-ora", module.Version)
		}
	}
	test("login", login)
	test("login_with_a_wrong_password", func() {
		_, err := try(user, "not it", *service)
		raises(1017, err)
		connect().Close()
	})
	test("login_to_an_unknown_service", func() {
		_, err := try(user, password, "NOWHERE")
		if err == nil || !strings.Contains(err.Error(), "12514") {
			panic(failed(fmt.Sprint(err)))
		}
	})
	c := connect()
	for _, part := range []struct {
		name string
		run  func(*sql.Conn)
	}{
		{"ddl", ddl}, {"binds_of_every_type", bindsOfEveryType}, {"null_in_every_type", nullInEveryType},
		{"numbers_keep_their_digits", numbers}, {"long_text_and_raw", longTextAndRaw},
		{"one_statement_many_times", oneStatementManyTimes}, {"array_insert", arrayInsert},
		{"array_with_a_bad_row", arrayWithABadRow},
		{"batch_errors", func(*sql.Conn) { panic(out("the driver has no call for them")) }},
		{"fetch_of_100000_rows", manyRows}, {"part_of_a_result", partOfAResult}, {"two_results_in_turn", twoResultsInTurn},
		{"commit_and_rollback", commitAndRollback}, {"savepoints", savepoints}, {"returning", returning},
		{"plsql_in_and_out", plsql}, {"errors", errorNumbers}, {"cancel", cancel}, {"call_timeout", callTimeout},
		{"lobs", lobs},
		{"dictionary", func(*sql.Conn) { panic(out("the driver asks nothing but of object types")) }},
		{"native_encryption", nativeEncryption},
		{"tls", overTLS},
	} {
		part := part
		test(part.name, func() { part.run(c) })
	}
	test("logoff", func() {
		must(c.PingContext(ctx))
		must(c.Close())
	})
	if failures > 0 {
		os.Exit(1)
	}
}
