// A storeroom in PostgreSQL.
package main

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/postgresql"
)

const connection = "store"

// What is on a shelf.
type Item struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	// Where the shelf is, if that is known.
	Shelf *postgresql.Point `json:"shelf"`
}

// Begin anew, with an empty storeroom.
func CreateTables() (bool, error) {
	for _, statement := range []string{
		"drop table if exists items",
		"create table items (name text primary key, count int not null check (count >= 0), shelf point)",
	} {
		if _, err := postgresql.Execute(connection, statement); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Put things onto their shelf, in addition to what is there; how many there are now.
func PutItems(name string, count int, x, y float64) (int, error) {
	if count <= 0 {
		return 0, errors.New("put one thing or more")
	}
	// Values are parameters, and never part of the statement's text.
	found, err := postgresql.QueryScalar[int](connection,
		"insert into items (name, count, shelf) values ($1, $2, $3)"+
			" on conflict (name) do update set count = items.count + excluded.count returning count",
		name, count, postgresql.NewPoint(x, y))
	if err != nil {
		return 0, err
	}
	return found.Value, nil
}

// Take things away, if there are enough of them.
func TakeItems(name string, count int) (bool, error) {
	done, err := postgresql.Execute(connection,
		"update items set count = count - $2 where name = $1 and count >= $2", name, count)
	if err != nil {
		return false, err
	}
	if done.RowsAffected == 0 {
		return false, fmt.Errorf("there are no %d of %s", count, name)
	}
	return true, nil
}

// All that is there.
func GetItems() ([]Item, error) {
	found, err := postgresql.Query[Item](connection, "select name, count, shelf from items order by name")
	if err != nil {
		return nil, err
	}
	return found.Rows, nil
}

// How many things there are in all.
func CountThings() (int, error) {
	found, err := postgresql.QueryScalar[int](connection, "select coalesce(sum(count), 0) from items")
	if err != nil {
		return 0, err
	}
	return found.Value, nil
}
