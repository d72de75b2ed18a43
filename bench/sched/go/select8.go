// A select over eight unbuffered channels, each with a sender of its own.
package main

import "fmt"

const n = 1000000

func sender() chan int {
	c := make(chan int)
	go func() {
		for i := 0; i < n/8; i++ {
			c <- i
		}
	}()
	return c
}

func main() {
	a, b, c, d := sender(), sender(), sender(), sender()
	e, f, g, h := sender(), sender(), sender(), sender()
	sum := 0
	for i := 0; i < n; i++ {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum += v
		case v := <-c:
			sum += v
		case v := <-d:
			sum += v
		case v := <-e:
			sum += v
		case v := <-f:
			sum += v
		case v := <-g:
			sum += v
		case v := <-h:
			sum += v
		}
	}
	fmt.Println("select8:", sum)
}
