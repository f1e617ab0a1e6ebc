package main

import (
	"database/sql"
	"fmt"

	_ "github.com/sijms/go-ora/v2"
)

const driverModule = "github.com/sijms/go-ora/v2"

func open(port string, array int) (*sql.DB, error) {
	return sql.Open("oracle", fmt.Sprintf("oracle://bench:bench@127.0.0.1:%s/BENCH?PREFETCH_ROWS=%d", port, array))
}
