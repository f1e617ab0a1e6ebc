package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	go_ora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/network"
)

func init() {
	it = driver{
		module: "github.com/sijms/go-ora/v2", name: "go-ora", user: "SUITE_GOORA",
		open: func(user, password, service string) (*sql.DB, error) { return openWith(user, password, service) },
		number: func(err error) int {
			var oracle *network.OracleError
			if !errors.As(err, &oracle) {
				return 0
			}
			return oracle.ErrCode
		},
		nonsense: "make me a sandwich",
		exact:    "any_n",
		fillMany: fillMany,
		cases: map[string]func(*sql.Conn){
			"binds_of_every_type": bindsOfEveryType, "null_in_every_type": nullInEveryType, "array_insert": arrayInsert,
			"array_with_a_bad_row": arrayWithABadRow, "plsql_in_and_out": plsql, "lobs": lobs, "native_encryption": nativeEncryption,
			"tls": overTLS,
		},
	}
}

// @more: names and values of the driver's options.
func openWith(user, password, service string, more ...string) (*sql.DB, error) {
	options := map[string]string{}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i]] = more[i+1]
	}
	return sql.Open("oracle", go_ora.BuildUrl(*host, *port, service, user, url.PathEscape(password), options))
}

func connectWith(more ...string) *sql.Conn {
	db, err := openWith(it.user, password, *service, more...)
	must(err)
	c, err := connection(db)
	must(err)
	return c
}

func bindsOfEveryType(c *sql.Conn) {
	moment := when.Add(123456 * time.Microsecond)
	same(exec(c, insert, 1, "1234.5", "-0.00000001", "Zoë 🛒", "ab", when, go_ora.TimeStamp(moment), []byte{0, 255}), 1)
	checkEveryType(c)
}

func nullInEveryType(c *sql.Conn) {
	exec(c, insert, 2, sql.NullInt64{}, sql.NullFloat64{}, sql.NullString{}, sql.NullString{}, sql.NullTime{}, go_ora.NullTimeStamp{}, []byte(nil))
	exec(c, "insert into suite_types (id, name) values (:1, :2)", 3, "")
	checkNulls(c)
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

func fillMany(c *sql.Conn) {
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

// Content of the CLOB and the BLOB of a row, and whether they are NULL.
func lobsOf(c doer, id int) (text go_ora.Clob, data go_ora.Blob) {
	must(c.QueryRowContext(ctx, "select c, b from suite_lobs where id = :1", id).Scan(&text, &data))
	return
}

func lobs(c *sql.Conn) {
	text, data := lobContents()
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
	later := connectWith("lob fetch", "post")
	defer later.Close()
	check(later)
}

func nativeEncryption(*sql.Conn) {
	c := connectWith("encryption", "REQUIRED", "data integrity", "REQUIRED")
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
	where := go_ora.BuildUrl("localhost", *tlsPort, *service, it.user, password, map[string]string{"SSL": "enable"})
	connector, ok := go_ora.NewConnector(where).(*go_ora.OracleConnector)
	same(ok, true)
	connector.WithTLSConfig(&tls.Config{RootCAs: authorities, ServerName: "localhost"})
	c, err := sql.OpenDB(connector).Conn(ctx)
	must(err)
	defer c.Close()
	same(one(c, "select count(*) from suite_many"), 100000)
}
