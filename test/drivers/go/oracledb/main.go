package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/oracle/go-oracledb/v26/oracle"
)

const noArrays = "the driver has no arrays of rows"

func init() {
	it = driver{
		module: "github.com/oracle/go-oracledb/v26", name: "go-oracledb", user: "SUITE_GOORACLEDB",
		open: func(user, password, service string) (*sql.DB, error) {
			return openAt(user, password, fmt.Sprintf("tcp://%s:%d/%s", *host, *port, service), "")
		},
		// errors of its own are around some of Oracle's
		number: func(err error) (number int) {
			_, text, _ := strings.Cut(err.Error(), "ORA-")
			_, _ = fmt.Sscanf(text, "%d", &number)
			return
		},
		nonsense: "begin execute immediate 'make me a sandwich'; end;", // a statement it does not know it does not send
		exact:    "to_char(any_n, 'TM9')",                              // a NUMBER of no precision is a float64
		fillMany: fillMany,
		cases: map[string]func(*sql.Conn){
			"binds_of_every_type": bindsOfEveryType, "null_in_every_type": nullInEveryType, "array_insert": without(noArrays),
			"array_with_a_bad_row": without(noArrays), "batch_errors": without(noArrays), "plsql_in_and_out": plsql, "lobs": lobs,
			"dictionary":        without("the driver asks nothing but of the database's time zone"),
			"native_encryption": without("the driver has none"),
			"tls":               overTLS,
		},
	}
}

func openAt(user, password, descriptor, wallet string) (*sql.DB, error) {
	config := oracle.NewOracleDriverConfig()
	config.ConnectDescriptor = descriptor
	config.Credentials.User, config.Credentials.Password = user, password
	config.ConnectionProperties.WalletLocation = wallet
	connector, err := oracle.NewOracleConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func bindsOfEveryType(c *sql.Conn) {
	moment := when.Add(123456 * time.Microsecond)
	same(exec(c, insert, 1, "1234.5", "-0.00000001", "Zoë 🛒", "ab", when, moment, []byte{0, 255}), 1)
	checkEveryType(c)
}

func nullInEveryType(c *sql.Conn) {
	exec(c, insert, 2, sql.NullInt64{}, sql.NullFloat64{}, sql.NullString{}, sql.NullString{}, sql.NullTime{}, sql.NullTime{}, []byte(nil))
	exec(c, "insert into suite_types (id, name) values (:1, :2)", 3, "")
	checkNulls(c)
}

func fillMany(c *sql.Conn) {
	same(exec(c, "insert into suite_many select n, case when mod(n, 7) > 0 then 'name ' || n end, mod(n, 1000) / 100, "+
		":1 + numtodsinterval(n / 1000000, 'second') from (select level - 1 n from dual connect by level <= 100000)", when), 100000)
}

func plsql(c *sql.Conn) {
	for n := 3; n < 6; n++ {
		var sum int64
		var text string
		exec(c, "begin :1 := :2 + :3; :4 := 'sum'; end;", sql.Out{Dest: &sum}, n, 4, sql.Out{Dest: &text})
		same(sum, n+4)
		same(text, "sum")
	}
}

func lobs(c *sql.Conn) {
	text, data := lobContents()
	exec(c, "create table suite_lobs (id number, c clob, b blob)")
	exec(c, "insert into suite_lobs values (1, :1, :2)", text, data)
	exec(c, "insert into suite_lobs values (2, empty_clob(), empty_blob())")
	exec(c, "insert into suite_lobs values (3, null, null)")
	lobsOf := func(id int) (text sql.NullString, data []byte) {
		must(c.QueryRowContext(ctx, "select c, b from suite_lobs where id = :1", id).Scan(&text, &data))
		return
	}
	gotText, gotData := lobsOf(1)
	if gotText.String != text || !bytes.Equal(gotData, data) {
		panic(failed(fmt.Sprintf("%d and %d bytes came back, not what was written", len(gotText.String), len(gotData))))
	}
	none, _ := lobsOf(3) // an empty one the driver gives as NULL, too
	same(none.Valid, false)
	same(one(c, "select count(*) from suite_lobs where c is null"), 1)
	same(one(c, "select length(c) from suite_lobs where id = 1"), 150000) // UTF-16 units
	exec(c, "update suite_lobs set c = :1 where id = 2", text[:3])
	short, _ := lobsOf(2)
	same(short.String, text[:3])
}

func overTLS(*sql.Conn) {
	if *tlsPort == 0 {
		panic(out("no port of TCPS was given"))
	}
	db, err := openAt(it.user, password, fmt.Sprintf("tcps://localhost:%d/%s", *tlsPort, *service), strings.TrimRight(*wallet, "/"))
	must(err)
	c, err := connection(db)
	must(err)
	defer c.Close()
	same(one(c, "select count(*) from suite_many"), 100000)
}
