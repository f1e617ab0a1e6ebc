// main.go URL - go-ora against a server that demands encryption: rows there and back
package main

import (
	"database/sql"
	"fmt"
	"os"
	"strings"

	_ "github.com/sijms/go-ora/v2"
)

func main() {
	db, err := sql.Open("oracle", os.Args[1])
	if err == nil {
		var number int
		var text string
		err = db.QueryRow("select :1 + 1, rpad('x', 4000, 'y') from dual", 41).Scan(&number, &text)
		if err == nil && (number != 42 || !strings.HasSuffix(text, "yy") || len(text) != 4000) {
			err = fmt.Errorf("rows differ: %d, %d bytes", number, len(text))
		}
		db.Close()
	}
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("ok")
}
