//go:build !tinygo

package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// What TinyGo cannot do: numbers beyond its int, some results of no size, goroutines.

// What GraphQL has no number for.
func TestBigInt() int                       { return math.MaxInt32 + 1 }
func TestBigUint() uint                     { return math.MaxUint32 + 1 }
func TestBigInts() (a []int, b int, c *int) { return []int{1, math.MinInt32 - 1}, 1, to(math.MaxInt64) }

func TestSliceInput_int(list []int)              { same(list, []int{-1, 0, 1 << 31}) }
func TestEmptyResults() (Empty, [0]string, bool) { return Empty{}, [0]string{}, true }

// HostFromGoroutines calls the host from several goroutines, which take turns.
func HostFromGoroutines(goroutines, calls int) (sum int) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	var group sync.WaitGroup
	results := make(chan int, goroutines)
	for g := 0; g < goroutines; g++ {
		group.Add(1)
		go func() {
			defer group.Done()
			right := 0
			for i := 0; i < calls; i++ {
				message := fmt.Sprintf("%d of %d", i, g)
				found := hostEcho1(&message)
				m := map[string][]int64{message: {int64(i), int64(g)}}
				days := *hostMaps(&m)
				runtime.Gosched()
				if *found == "echo: "+message && len(days) == 1 && days[Day{int8(i), uint64(g)}][0] == message {
					right++
				}
				time.Sleep(time.Microsecond)
			}
			results <- right
		}()
	}
	group.Wait()
	close(results)
	for right := range results {
		sum += right
	}
	return sum
}

// keepCollecting has the collector run until the instance is gone.
func keepCollecting() {
	go func() {
		for {
			_ = make([]byte, 1<<16)
			runtime.GC()
			runtime.Gosched()
		}
	}()
	runtime.Gosched()
}
