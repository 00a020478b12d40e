package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"sync"
)

type Point struct {
	X, Y int
}

type trouble struct {
	code int
}

func (t *trouble) Error() string { return fmt.Sprintf("trouble number %d", t.code) }

type spoken string

func (s spoken) String() string { return "it says " + string(s) }

type angry struct{}

func (angry) Error() string { panic("even its text") }

// Panic ends in the way of that name.
func Panic(how string) string {
	switch how {
	case "text":
		panic("a text")
	case "lines":
		panic("first line\nsecond line\n\n\tgoroutine 7 is no trace\npanic: nor is this")
	case "empty":
		panic("")
	case "nothing":
		panic(nil)
	case "error":
		panic(errors.New("an error"))
	case "wrapped":
		panic(fmt.Errorf("outer: %w", &trouble{7}))
	case "custom":
		panic(&trouble{42})
	case "stringer":
		panic(spoken("hello"))
	case "number":
		panic(12.5)
	case "struct":
		panic(Point{1, 2})
	case "angry":
		panic(angry{})
	case "nil":
		var p *Point
		return fmt.Sprint(p.X)
	case "index":
		list := []int{1}
		return fmt.Sprint(list[len(how)])
	case "slice":
		return how[len(how)+1:]
	case "divide":
		return fmt.Sprint(1 / (len(how) - 6))
	case "map":
		var m map[string]int
		m["a"] = 1
	case "assertion":
		var v any = how
		return fmt.Sprint(v.(int))
	case "closed":
		c := make(chan int)
		close(c)
		close(c)
	case "negative":
		return fmt.Sprint(make([]int, len(how)-9))
	case "again":
		defer func() { panic(fmt.Sprint("again: ", recover())) }()
		panic("first")
	case "deferred":
		defer panic("second")
		panic("first")
	case "repanic":
		defer func() { panic(recover()) }()
		panic("the same")
	case "recovered":
		defer func() { fmt.Println("recovered from", recover()) }()
		panic("harmless")
	case "goexit":
		runtime.Goexit()
	case "mutex":
		var m sync.Mutex
		m.Unlock()
	case "log":
		log.Fatal("a fatal log")
	case "logpanic":
		log.Panicln("a panicking log")
	case "printed":
		fmt.Fprintln(os.Stderr, "panic: only printed")
		fmt.Println("panic: and printed again")
	case "half":
		fmt.Fprint(os.Stderr, "half a line")
		panic("behind it")
	}
	return "no panic"
}

// PanicElsewhere panics in a goroutine.
func PanicElsewhere(wait bool) string {
	done := make(chan bool)
	go func() {
		panic("in a goroutine")
	}()
	if wait {
		<-done
	}
	runtime.Gosched()
	return "not seen"
}
