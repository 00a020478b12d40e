package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/db"
	"github.com/hypermodeinc/modus/sdk/go/pkg/mysql"
	"github.com/hypermodeinc/modus/sdk/go/pkg/postgresql"
)

type Place struct {
	Id       int
	Name     *string
	Size     float64
	Position *postgresql.Location `json:"pos"`
	Corner   db.Point
	Tags     []string
	Seen     time.Time
}

type named string

func SqlExecute(system, statement string) (*db.Response, error) {
	switch system {
	case "postgresql":
		return postgresql.Execute("data", statement, 1)
	case "mysql":
		return mysql.Execute("data", statement, 1)
	}
	return db.Execute("data", system, statement, 1)
}

func SqlQuery(system, statement string) ([]Place, error) {
	var found *db.QueryResponse[Place]
	var err error
	switch system {
	case "postgresql":
		found, err = postgresql.Query[Place]("data", statement, 1)
	case "mysql":
		found, err = mysql.Query[Place]("data", statement, 1)
	default:
		found, err = db.Query[Place]("data", system, statement, 1)
	}
	if err != nil {
		return nil, err
	}
	if found.RowsAffected != uint32(len(found.Rows)) || found.LastInsertId != 1<<63 {
		return nil, fmt.Errorf("%d rows, id %d", found.RowsAffected, found.LastInsertId)
	}
	return found.Rows, nil
}

func SqlScalar(system, statement string) (*db.ScalarResponse[int], error) {
	switch system {
	case "postgresql":
		return postgresql.QueryScalar[int]("data", statement, 1)
	case "mysql":
		return mysql.QueryScalar[int]("data", statement, 1)
	}
	return db.QueryScalar[int]("data", system, statement, 1)
}

// Rows whose numbers keep their digits.
func SqlMaps() (string, error) {
	found, err := postgresql.Query[map[string]any]("data", "select")
	if err != nil {
		return "", err
	}
	return shown(found.Rows, nil)
}

func SqlPointers() ([]string, error) {
	found, err := mysql.Query[*Place]("data", "select")
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, row := range found.Rows {
		names = append(names, *row.Name)
	}
	return names, nil
}

// The value as the type says, then the error.
func SqlScalarAs(typeName string) []string {
	switch typeName {
	case "string":
		return scalar[string]()
	case "bool":
		return scalar[bool]()
	case "int8":
		return scalar[int8]()
	case "int":
		return scalar[int]()
	case "int64":
		return scalar[int64]()
	case "uint16":
		return scalar[uint16]()
	case "uint64":
		return scalar[uint64]()
	case "float32":
		return scalar[float32]()
	case "float64":
		return scalar[float64]()
	case "number":
		return scalar[json.Number]()
	case "any":
		return scalar[any]()
	case "time":
		return scalar[time.Time]()
	}
	return nil
}

func scalar[T any]() []string {
	found, err := postgresql.QueryScalar[T]("data", "select")
	if err != nil {
		return []string{"", err.Error()}
	}
	return []string{fmt.Sprintf("%T %v", found.Value, found.Value), ""}
}

// Sends parameters of every kind.
func SqlParameters() error {
	text, none := "pointer", (*string)(nil)
	_, err := postgresql.Execute("data", "all",
		nil, true, "é <&> \"✨\"", &text, none, named("named"),
		int(-1), int8(-128), int16(-32768), int32(-1<<31), int64(-1<<63),
		uint(1), uint8(255), uint16(65535), uint32(1<<32-1), uint64(1<<64-1),
		float32(0.1), 1e300, json.Number("12345678901234567890.5"),
		time.Date(2024, 2, 3, 4, 5, 6, 789000000, time.FixedZone("", 3600)),
		[]byte{0, 255}, []int{1, 2}, []string{}, [2]bool{true, false},
		map[string]int{"a": 1}, item{"i", nil}, &item{"p", []int{}},
		postgresql.NewPoint(1, 2.5), postgresql.NewLocation(-3, 4), *mysql.NewPoint(5, 6), *db.NewLocation(7, 8),
	)
	if err != nil {
		return err
	}
	if _, err = postgresql.Query[Place]("data", "none"); err != nil {
		return err
	}
	_, err = mysql.Execute("data", "\n none\t ")
	return err
}

func SqlBadParameter() error {
	_, err := mysql.Execute("data", "x", make(chan int))
	return err
}
