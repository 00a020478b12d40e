// Package testutils has what tests of apps need to look at the calls of the SDK's mocks.
package testutils

// CallStack records calls, each as the list of its arguments. The zero value is an empty one.
type CallStack struct {
	Items [][]any
}

// NewCallStack gives an empty call stack.
func NewCallStack() *CallStack {
	return &CallStack{}
}

// Push records a call with the given arguments, possibly none.
func (s *CallStack) Push(values ...any) {
	if values == nil {
		values = []any{}
	}
	s.Items = append(s.Items, values)
}

// Pop removes the latest call and gives its arguments. It gives nil when there is no call; the
// arguments of a call without any are an empty list.
func (s *CallStack) Pop() []any {
	if len(s.Items) == 0 {
		return nil
	}
	last := len(s.Items) - 1
	values := s.Items[last]
	s.Items[last] = nil
	s.Items = s.Items[:last]
	return values
}

// Size is the number of calls.
func (s *CallStack) Size() int {
	return len(s.Items)
}
