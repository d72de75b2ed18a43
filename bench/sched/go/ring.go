// A token goes round a ring of 1,000 tasks, over unbuffered channels.
package main

import "fmt"

func worker(in, out chan int) {
	for {
		out <- 1 + <-in
	}
}

func main() {
	const tasks, rounds = 1000, 1000
	first := make(chan int)
	last := first
	for i := 1; i < tasks; i++ {
		out := make(chan int)
		go worker(last, out)
		last = out
	}
	token := 0
	for i := 0; i < rounds; i++ {
		first <- token
		token = 1 + <-last
	}
	fmt.Println("ring:", token)
}
