// A hundred thousand tasks parked on one channel: how much memory is each?
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

func resident() int {
	text, _ := os.ReadFile("/proc/self/statm")
	var total, pages int
	fmt.Sscan(string(text), &total, &pages)
	return pages * os.Getpagesize()
}

func main() {
	const n = 100000
	c := make(chan int)
	runtime.GC()
	before := resident()
	for i := 0; i < n; i++ {
		go func() { <-c }()
	}
	time.Sleep(100 * time.Millisecond)
	after := resident()
	for i := 0; i < n; i++ {
		c <- i
	}
	fmt.Println("parked:", n)
	fmt.Println("bytes:", (after-before)/n)
}
