// A hundred tasks send to one over a channel with room for 128.
package main

import "fmt"

func main() {
	const n = 1000000
	c := make(chan int, 128)
	for p := 0; p < 100; p++ {
		go func() {
			for i := 0; i < n/100; i++ {
				c <- i
			}
		}()
	}
	sum := 0
	for i := 0; i < n; i++ {
		sum += <-c
	}
	fmt.Println("fanin:", sum)
}
