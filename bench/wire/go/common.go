// bench PORT fetch|insert TABLE ROWS ARRAY - a driver of Go, unmodified, by database/sql; see client.c
package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func cpu() float64 {
	var used syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return float64(used.Utime.Sec+used.Stime.Sec) + float64(used.Utime.Usec+used.Stime.Usec)/1e6
}

func fetch(db *sql.DB, table string, wanted int) (count int, sum int64) {
	rows, err := db.Query(fmt.Sprintf("select * from %s_%d", table, wanted))
	must(err)
	columns, err := rows.Columns()
	must(err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		must(rows.Scan(into...))
		count++
		switch id := values[0].(type) {
		case int64:
			sum += id
		case string:
			number, err := strconv.ParseInt(id, 10, 64)
			must(err)
			sum += number
		}
	}
	must(rows.Err())
	return count, sum
}

func insert(db *sql.DB, wanted, array int) int {
	done := 0
	ids, names, prices := make([]int64, array), make([]string, array), make([]int64, array)
	days, notes := make([]time.Time, array), make([]string, array)
	for i := range ids {
		ids[i], prices[i] = int64(i+1), int64(i+1)*701
		names[i] = fmt.Sprintf("customer number %08d", i+1)
		notes[i] = fmt.Sprintf("the remark that belongs to row %09d", i+1)
		days[i] = time.Date(2024, 2, 29, 12, 30, 15, 0, time.UTC)
	}
	statement, err := db.Prepare("insert into bench values (:1, :2, :3, :4, :5)")
	must(err)
	for done < wanted {
		part := min(array, wanted-done)
		result, err := statement.Exec(ids[:part], names[:part], prices[:part], days[:part], notes[:part])
		must(err)
		touched, err := result.RowsAffected()
		must(err)
		done += int(touched)
	}
	must(statement.Close())
	return done
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == driverModule {
			return module.Version
		}
	}
	return ""
}

func main() {
	wanted, err := strconv.Atoi(os.Args[4])
	must(err)
	array, err := strconv.Atoi(os.Args[5])
	must(err)
	db, err := open(os.Args[1], array)
	must(err)
	db.SetMaxOpenConns(1)
	must(db.Ping())
	before, begin := cpu(), time.Now()
	var count int
	var sum int64
	if os.Args[2] == "insert" {
		count = insert(db, wanted, array)
	} else {
		count, sum = fetch(db, os.Args[3], wanted)
	}
	seconds, spent := time.Since(begin).Seconds(), cpu()-before
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"version": version(), "rows": count, "sum": sum, "s": seconds, "cpu_s": spent}))
}
