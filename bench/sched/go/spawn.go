// Tasks that do nearly nothing: spawn and finish.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	const n = 1000000
	var wg sync.WaitGroup
	var finished int64
	wg.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			atomic.AddInt64(&finished, 1)
			wg.Done()
		}()
	}
	wg.Wait()
	fmt.Println("spawn:", finished)
}
