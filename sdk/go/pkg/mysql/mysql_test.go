//go:build !wasip1

package mysql_test

import (
	"slices"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/db"
	"github.com/hypermodeinc/modus/sdk/go/pkg/mysql"
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
	response, err := mysql.Execute("main", db.MockExecuteStatement, db.MockExecuteParameters...)
	if err != nil || response.RowsAffected != 3 {
		t.Fatal(response, err)
	}
	expectCall(t, "main", "mysql", db.MockExecuteStatement, `exec:["John",30,1]`)
}

func TestQueryIsForThisDatabase(t *testing.T) {
	response, err := mysql.Query[struct{ Name string }]("main", db.MockQueryStatement, db.MockQueryParameters...)
	if err != nil || len(response.Rows) != 3 || response.Rows[2].Name != "Charlie" {
		t.Fatal(response, err)
	}
	expectCall(t, "main", "mysql", db.MockQueryStatement, "[18,21,true]")
}

func TestQueryScalarIsForThisDatabase(t *testing.T) {
	response, err := mysql.QueryScalar[int]("main", db.MockQueryScalarStatement, db.MockQueryScalarParameters...)
	if err != nil || response.Value != 3 {
		t.Fatal(response, err)
	}
	expectCall(t, "main", "mysql", db.MockQueryScalarStatement, "[0,18,false]")
}

func TestPointsAreThoseOfAllDatabases(t *testing.T) {
	var point *db.Point = mysql.NewPoint(1, 2)
	var location *db.Location = mysql.NewLocation(3, 4)
	if *point != (mysql.Point{X: 1, Y: 2}) || *location != (mysql.Location{Longitude: 3, Latitude: 4}) {
		t.Error(point, location)
	}
}
