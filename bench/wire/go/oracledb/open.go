package main

import (
	"database/sql"
	"fmt"

	_ "github.com/oracle/go-oracledb/v26/oracle"
)

const driverModule = "github.com/oracle/go-oracledb/v26"

// How many rows it fetches at once cannot be told to it.
func open(port string, _ int) (*sql.DB, error) {
	return sql.Open("oracledb", fmt.Sprintf("bench/bench@tcp://127.0.0.1:%s/BENCH", port))
}
