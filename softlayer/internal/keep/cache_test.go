package keep

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func TestCache(t *testing.T) {
	clock := simulator.NewClock(time.Unix(0, 0))
	c := NewCache[int](time.Minute, clock.Now)
	var loads atomic.Int32
	load := func(context.Context) (int, error) { return int(loads.Add(1)), nil }
	get := func(key string) int {
		t.Helper()
		v, err := c.Get(as(t.Context(), key), load)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if a, b := get("a"), get("a"); a != 1 || b != 1 {
		t.Error(a, b)
	}
	if b := get("b"); b != 2 {
		t.Error("keys share", b)
	}
	clock.Advance(time.Minute - 1)
	if a := get("a"); a != 1 {
		t.Error("expired early")
	}
	clock.Advance(1)
	if a := get("a"); a != 3 {
		t.Error("never expired")
	}
	for i := range 3 * maxEntries {
		get(fmt.Sprint(i))
	}
	if n := c.entries.Len(); n > maxEntries {
		t.Errorf("%d entries", n)
	}
	for range 2 * maxEntries { // one more of the same makes no room
		get("last")
	}
	if n := c.entries.Len(); n != maxEntries {
		t.Errorf("%d entries", n)
	}
}

// TestCacheBegin: what is begun goes on while nobody waits, and is there for
// others.
func TestCacheBegin(t *testing.T) {
	c := NewCache[int](time.Minute, time.Now)
	began, goOn := make(chan struct{}), make(chan struct{})
	wait := c.Begin(as(t.Context(), "a"), func(context.Context) (int, error) {
		close(began)
		<-goOn
		return 5, nil
	})
	<-began
	close(goOn)
	again := func(context.Context) (int, error) { return 0, errors.New("loaded again") }
	for _, get := range []func() (int, error){func() (int, error) { return c.Get(as(t.Context(), "a"), again) }, wait, wait} {
		if n, err := get(); n != 5 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
}

func TestCacheErrors(t *testing.T) {
	c := NewCache[int](time.Minute, time.Now)
	failed := errors.New("failed")
	if _, err := c.Get(as(t.Context(), "a"), func(context.Context) (int, error) { return 0, failed }); err != failed {
		t.Error(err)
	}
	if _, err := c.Get(as(t.Context(), "a"), func(context.Context) (int, error) { panic("oops") }); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Error(err)
	}
	if v, err := c.Get(as(t.Context(), "a"), func(context.Context) (int, error) { return 5, nil }); v != 5 || err != nil {
		t.Error(v, err)
	}
}

// TestCacheCrowd: many wait for one load, which acts for the first who asked
// and goes on without them.
func TestCacheCrowd(t *testing.T) {
	c := NewCache[int](time.Minute, time.Now)
	release := make(chan struct{})
	var loads atomic.Int32
	load := func(ctx context.Context) (int, error) {
		loads.Add(1)
		<-release
		if p := jumpgate.PrincipalFrom(ctx); p == nil || p.UserName != "first" {
			t.Errorf("acts for %+v", p)
		}
		return 7, ctx.Err()
	}
	first, leave := context.WithCancel(jumpgate.WithPrincipal(t.Context(), &jumpgate.Principal{ProjectID: "a", UserID: "someone", UserName: "first"}))
	gone := make(chan error)
	go func() {
		_, err := c.Get(first, load)
		gone <- err
	}()
	for loads.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if v, err := c.Get(as(t.Context(), "a"), load); v != 7 || err != nil {
				t.Error(v, err)
			}
		})
	}
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) || !errors.Is(err, jumpgate.Unavailable) {
		t.Error(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Get(as(impatient, "a"), load); !errors.Is(err, jumpgate.Timeout) {
		t.Error(err)
	}
	close(release)
	wg.Wait()
	if n := loads.Load(); n != 1 {
		t.Errorf("%d loads", n)
	}
}

func TestLocks(t *testing.T) {
	var l Locks
	unlock, err := l.Lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := l.Lock(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	other()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := l.Lock(ctx, "a"); !errors.Is(err, jumpgate.Timeout) {
		t.Error(err)
	}
	n := 0
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			unlock, err := l.Lock(t.Context(), "a")
			if err != nil {
				t.Error(err)
				return
			}
			n++
			unlock()
		})
	}
	unlock()
	wg.Wait()
	if n != 50 || len(l.held) != 0 {
		t.Errorf("%d, %d still held", n, len(l.held))
	}
}

// as is a context for the user of an account of its own.
func as(ctx context.Context, account string) context.Context {
	return jumpgate.WithPrincipal(ctx, &jumpgate.Principal{ProjectID: account, UserID: "someone"})
}
