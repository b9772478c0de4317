package core

import (
	"errors"
	"strings"
	"testing"
)

func TestTogether(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	met := make(chan struct{})
	err := Together(
		func() error { <-met; return first },
		func() error { met <- struct{}{}; return second }, // they run at the same time
		func() error { return nil },
	)
	if !errors.Is(err, first) {
		t.Error(err)
	}
	for _, one := range [][]func() error{
		{func() error { panic("oh") }, func() error { return nil }}, // on a goroutine
		{func() error { return nil }, func() error { panic("oh") }}, // on the caller's
	} {
		if err := Together(one...); err == nil || !strings.Contains(err.Error(), "panic: oh") || !strings.Contains(err.Error(), "together_test.go") {
			t.Error(err)
		}
	}
	if err := Together(func() error { return nil }); err != nil {
		t.Error(err)
	}
}
