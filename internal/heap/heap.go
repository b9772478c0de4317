// Package heap watches the heap for tests and benchmarks.
package heap

import (
	"runtime"
	"sync"
	"time"
)

// Growth runs f and returns by how many bytes the heap grows meanwhile, at
// most, as far as a look each so often can see.
func Growth(often time.Duration, f func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, m.HeapAlloc
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(often):
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	})
	func() {
		defer watch.Wait()
		defer close(done) // f may end the test
		f()
	}()
	return peak - before
}
