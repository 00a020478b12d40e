//go:build !wasip1

package console

import (
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/testutils"
)

// LogCallStack has the messages that were logged: level and message, both as strings.
var LogCallStack = testutils.NewCallStack()

func hostLogMessage(level, message *string) {
	LogCallStack.Push(*level, *message)
	if *level == "" {
		fmt.Println(*message)
	} else {
		fmt.Printf("[%s] %s\n", *level, *message)
	}
}
