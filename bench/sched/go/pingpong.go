// Two tasks send a number back and forth, over unbuffered channels.
package main

import "fmt"

func main() {
	const n = 1000000
	ping, pong := make(chan int), make(chan int)
	go func() {
		for {
			pong <- 1 + <-ping
		}
	}()
	v := 0
	for i := 0; i < n; i++ {
		ping <- v
		v = <-pong
	}
	fmt.Println("pingpong:", v)
}
