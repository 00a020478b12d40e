// Package mysql runs SQL statements in MySQL databases.
package mysql

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/db"
)

const dbType = "mysql"

// Point is a point of a plane.
type Point = db.Point

// Location is a place on the globe, in degrees.
type Location = db.Location

// NewPoint gives a point of a plane, as a parameter of a statement or for a row.
func NewPoint(x, y float64) *Point {
	return db.NewPoint(x, y)
}

// NewLocation gives a place on the globe, in degrees. Mind the order: longitude comes first, as in
// the database.
func NewLocation(longitude, latitude float64) *Location {
	return db.NewLocation(longitude, latitude)
}

// Execute runs a statement whose rows are not wanted. The connection is a name of the app's manifest,
// and the parameters are the values of the statement's placeholders (question marks), in their
// order. The response has the key of a new row.
func Execute(connection, statement string, params ...any) (*db.Response, error) {
	return db.Execute(connection, dbType, statement, params...)
}

// Query runs a statement and reads its rows, each into a T: a struct, a pointer to one, or a map. The
// columns find the fields of a struct by the rules of encoding/json; numbers that have no type in T
// are json.Number.
func Query[T any](connection, statement string, params ...any) (*db.QueryResponse[T], error) {
	return db.Query[T](connection, dbType, statement, params...)
}

// QueryScalar runs a statement that gives one row with one column, and reads its value. T is string,
// bool, a built-in type of numbers, json.Number or any. NULL is an error.
func QueryScalar[T any](connection, statement string, params ...any) (*db.ScalarResponse[T], error) {
	return db.QueryScalar[T](connection, dbType, statement, params...)
}
