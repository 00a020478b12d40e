package main

import (
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/db"
)

func TestPutsNothing(t *testing.T) {
	before := db.DatabaseQueryCallStack.Size()
	if _, err := PutItems("lamp", 0, 1, 2); err == nil || !strings.Contains(err.Error(), "one thing") {
		t.Errorf("the error is %v", err)
	}
	if made := db.DatabaseQueryCallStack.Size() - before; made != 0 {
		t.Errorf("the database was asked %d times", made)
	}
}

// In tests the SDK has a stand-in for the database, which keeps the statements. It has no answer to this one.
func TestValuesAreParameters(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("the stand-in has an answer")
		}
		call := db.DatabaseQueryCallStack.Pop()
		name, statement, parameters := *call[0].(*string), *call[2].(*string), *call[3].(*string)
		if name != connection || strings.Contains(statement, "lamp") || !strings.HasSuffix(parameters, `["lamp",3]`) {
			t.Errorf("%s was asked %s with %s", name, statement, parameters)
		}
	}()
	_, _ = TakeItems("lamp", 3)
}
