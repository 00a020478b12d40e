// Package main asks databases, for the tests.
package main

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/mysql"
	"github.com/hypermodeinc/modus/sdk/go/pkg/postgresql"
)

// Person is a row of the table people.
type Person struct {
	Id     int64   `json:"id"`
	Name   string  `json:"name"`
	Nick   *string `json:"nick"`
	Height float64 `json:"height"`
	Big    int64   `json:"big"`
}

// Run runs a statement that gives no rows; how many rows it changed.
func Run(kind, statement string) (uint32, error) {
	if kind == "mysql" {
		found, err := mysql.Execute("my", statement)
		if err != nil {
			return 0, err
		}
		return found.RowsAffected, nil
	}
	found, err := postgresql.Execute("pg", statement)
	if err != nil {
		return 0, err
	}
	return found.RowsAffected, nil
}

func AddPerson(kind, name string, nick *string, height float64, big int64) (int64, error) {
	columns := "insert into people (name, nick, height, big) values "
	if kind == "mysql" {
		found, err := mysql.Execute("my", columns+"(?, ?, ?, ?)", name, nick, height, big)
		if err != nil {
			return 0, err
		}
		return int64(found.LastInsertId), nil
	}
	found, err := postgresql.QueryScalar[int64](
		"pg", columns+"($1, $2, $3, $4) returning id", name, nick, height, big)
	if err != nil {
		return 0, err
	}
	return found.Value, nil
}

func People(kind string) ([]Person, error) {
	statement := "select id, name, nick, height, big from people order by id"
	if kind == "mysql" {
		found, err := mysql.Query[Person]("my", statement)
		if err != nil {
			return nil, err
		}
		return found.Rows, nil
	}
	found, err := postgresql.Query[Person]("pg", statement)
	if err != nil {
		return nil, err
	}
	return found.Rows, nil
}

func Count(kind string) (int64, error) {
	statement := "select count(*) as n from people"
	if kind == "mysql" {
		found, err := mysql.QueryScalar[int64]("my", statement)
		if err != nil {
			return 0, err
		}
		return found.Value, nil
	}
	found, err := postgresql.QueryScalar[int64]("pg", statement)
	if err != nil {
		return 0, err
	}
	return found.Value, nil
}

type place struct {
	P *mysql.Point `json:"p"`
}

// Point is a point that goes there and comes back.
func Point(kind string, x, y float64) (string, error) {
	if kind == "mysql" {
		found, err := mysql.Query[place]("my", "select point(?, ?) as p", x, y)
		if err != nil {
			return "", err
		}
		return found.Rows[0].P.String(), nil
	}
	found, err := postgresql.Query[place]("pg", "select $1::point as p", postgresql.NewPoint(x, y))
	if err != nil {
		return "", err
	}
	return found.Rows[0].P.String(), nil
}

// RunOn runs a statement on a connection of any name.
func RunOn(connection string) (string, error) {
	if _, err := postgresql.Execute(connection, "select 1"); err != nil {
		return "", err
	}
	return "done", nil
}
