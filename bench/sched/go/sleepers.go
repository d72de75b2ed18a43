// A hundred thousand tasks that sleep, for times between 0.1 and 0.2 seconds.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	const n = 100000
	var wg sync.WaitGroup
	var woken int64
	wg.Add(n)
	for i := 0; i < n; i++ {
		go func(i int) {
			time.Sleep(100*time.Millisecond + time.Duration(i*7919%n)*time.Microsecond)
			atomic.AddInt64(&woken, 1)
			wg.Done()
		}(i)
	}
	wg.Wait()
	fmt.Println("sleepers:", woken)
}
