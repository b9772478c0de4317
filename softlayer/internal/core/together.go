package core

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"sync"
)

// Together does everything at the same time, the last on the caller's own
// goroutine, and returns the first error, by their order. A panic is an error:
// on another goroutine it would end the program.
func Together(all ...func() error) error {
	errs := make([]error, len(all))
	do := func(i int) {
		defer func() {
			if cause := recover(); cause != nil {
				errs[i] = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		errs[i] = all[i]()
	}
	var wait sync.WaitGroup
	for i := range len(all) - 1 {
		wait.Go(func() { do(i) })
	}
	do(len(all) - 1)
	wait.Wait()
	return cmp.Or(errs...)
}
