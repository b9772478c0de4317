package heap_test

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/internal/heap"
)

func TestGrowth(t *testing.T) {
	var held []byte
	growth := heap.Growth(time.Millisecond, func() {
		held = make([]byte, 64<<20)
		held[0] = 1
		time.Sleep(50 * time.Millisecond)
	})
	if growth < 64<<20 || growth > 80<<20 || held[0] != 1 {
		t.Errorf("%d bytes, want 64 MiB and little more", growth)
	}
	if growth := heap.Growth(time.Millisecond, func() { time.Sleep(5 * time.Millisecond) }); growth > 1<<20 {
		t.Errorf("%d bytes, want nearly none", growth)
	}
}
