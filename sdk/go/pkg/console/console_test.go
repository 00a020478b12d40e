//go:build !wasip1

package console

import (
	"io"
	"os"
	"reflect"
	"testing"
)

// messages gives what a function logs, the oldest first: pairs of level and message.
func messages(function func()) [][]any {
	before := LogCallStack.Size()
	function()
	logged := make([][]any, LogCallStack.Size()-before)
	for i := len(logged) - 1; i >= 0; i-- {
		logged[i] = LogCallStack.Pop()
	}
	return logged
}

func expect(t *testing.T, got [][]any, want ...[]any) {
	t.Helper()
	if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("logged is %v, not %v", got, want)
	}
}

func TestEachFunctionHasItsLevel(t *testing.T) {
	cases := []struct {
		level  string
		plain  func(string)
		format func(string, ...any)
	}{
		{"", Log, Logf},
		{"debug", Debug, Debugf},
		{"info", Info, Infof},
		{"warning", Warn, Warnf},
		{"error", Error, Errorf},
	}
	for _, c := range cases {
		t.Run("level "+c.level, func(t *testing.T) {
			expect(t, messages(func() { c.plain("100% of it") }), []any{c.level, "100% of it"})
			expect(t, messages(func() { c.format("%d of %q", 2, "x") }), []any{c.level, `2 of "x"`})
		})
	}
}

func TestAssertLogsWhatDoesNotHold(t *testing.T) {
	expect(t, messages(func() { Assert(true, "no rows") }))
	expect(t, messages(func() { Assert(false, "no rows") }), []any{"error", "Assertion failed: no rows"})
}

func TestMessagesArePrintedWithTheirLevel(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = writer
	messages(func() { Log("plain"); Warn("careful") })
	os.Stdout = stdout
	writer.Close()
	printed, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if want := "plain\n[warning] careful\n"; string(printed) != want {
		t.Errorf("printed is %q, not %q", printed, want)
	}
}
