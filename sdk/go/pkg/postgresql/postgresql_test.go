//go:build !wasip1

package postgresql_test

import (
	"slices"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/db"
	"github.com/hypermodeinc/modus/sdk/go/pkg/postgresql"
)

func expectCall(t *testing.T, want ...string) {
	t.Helper()
	got := []string{}
	for _, value := range db.DatabaseQueryCallStack.Pop() {
		got = append(got, *value.(*string))
	}
	if !slices.Equal(got, want) {
		t.Errorf("expected %q, got %q", want, got)
	}
}

func TestExecuteIsForThisDatabase(t *testing.T) {
	response, err := postgresql.Execute("main", db.MockExecuteStatement, db.MockExecuteParameters...)
	if err != nil || response.RowsAffected != 3 {
		t.Fatal(response, err)
	}
	expectCall(t, "main", "postgresql", db.MockExecuteStatement, `exec:["John",30,1]`)
}

func TestQueryIsForThisDatabase(t *testing.T) {
	response, err := postgresql.Query[struct{ Name string }]("main", db.MockQueryStatement, db.MockQueryParameters...)
	if err != nil || len(response.Rows) != 3 || response.Rows[2].Name != "Charlie" {
		t.Fatal(response, err)
	}
	expectCall(t, "main", "postgresql", db.MockQueryStatement, "[18,21,true]")
}

func TestQueryScalarIsForThisDatabase(t *testing.T) {
	response, err := postgresql.QueryScalar[int]("main", db.MockQueryScalarStatement, db.MockQueryScalarParameters...)
	if err != nil || response.Value != 3 {
		t.Fatal(response, err)
	}
	expectCall(t, "main", "postgresql", db.MockQueryScalarStatement, "[0,18,false]")
}

func TestPointsAreThoseOfAllDatabases(t *testing.T) {
	var point *db.Point = postgresql.NewPoint(1, 2)
	var location *db.Location = postgresql.NewLocation(3, 4)
	if *point != (postgresql.Point{X: 1, Y: 2}) || *location != (postgresql.Location{Longitude: 3, Latitude: 4}) {
		t.Error(point, location)
	}
}

func TestPointsAreRead(t *testing.T) {
	point, err := postgresql.ParsePoint("(1,2)")
	if err != nil || *point != (postgresql.Point{X: 1, Y: 2}) {
		t.Error(point, err)
	}
	location, err := postgresql.ParseLocation("(3,4)")
	if err != nil || *location != (postgresql.Location{Longitude: 3, Latitude: 4}) {
		t.Error(location, err)
	}
}
