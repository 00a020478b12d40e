package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Deadlock waits for what never comes.
func Deadlock(how string) string {
	switch how {
	case "select":
		select {}
	case "channel":
		<-make(chan int)
	case "nil":
		var c chan int
		c <- 1
	case "mutex":
		var m sync.Mutex
		m.Lock()
		m.Lock()
	case "group":
		var group sync.WaitGroup
		group.Add(1)
		go func() { <-make(chan int) }()
		group.Wait()
	}
	return "not seen"
}

// WaitForOthers waits for a goroutine that only sleeps.
func WaitForOthers() {
	go func() {
		for {
			time.Sleep(time.Millisecond)
		}
	}()
	select {}
}

func Sleep(milliseconds int) int64 {
	start := time.Now()
	time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	return time.Since(start).Milliseconds()
}

// SleepTogether sleeps in many goroutines at once.
func SleepTogether(goroutines, milliseconds int) int64 {
	start := time.Now()
	var group sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			time.Sleep(time.Duration(milliseconds) * time.Millisecond)
		}()
	}
	group.Wait()
	return time.Since(start).Milliseconds()
}

// TimeOut waits for what never comes, but not for long.
func TimeOut(milliseconds int) string {
	within, cancel := context.WithTimeout(context.Background(), time.Duration(milliseconds)*time.Millisecond)
	defer cancel()
	select {
	case <-within.Done():
		return within.Err().Error()
	case <-make(chan int):
		return "not seen"
	}
}

// Pipeline has goroutines that give each other numbers.
func Pipeline(stages, numbers int) (sum int) {
	first := make(chan int)
	last := first
	for i := 0; i < stages; i++ {
		in, out := last, make(chan int)
		go func() {
			defer close(out)
			for n := range in {
				out <- n + 1
			}
		}()
		last = out
	}
	go func() {
		defer close(first)
		for n := 0; n < numbers; n++ {
			first <- n
		}
	}()
	for n := range last {
		sum += n
	}
	return sum
}

// LeaveBehind returns while others go on.
func LeaveBehind(what string) map[string][]string {
	for i := 0; i < 3; i++ {
		go func() {
			for n := 0; ; n++ {
				switch what {
				case "busy":
				case "sleeping":
					time.Sleep(time.Nanosecond)
				case "printing":
					fmt.Println("still here")
				case "allocating":
					kept = append(kept[:0], make([]byte, 1000))
				case "panicking":
					if n > 0 {
						panic("too late")
					}
				}
				yield()
			}
		}()
	}
	yield()
	return map[string][]string{"some": {"value"}, "other": {}}
}

func yield() {
	runtime.Gosched()
}
