// Package datatest tests implementations of imagedata.Store.
package datatest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/softlayer/jumpgate/imagedata"
)

// Run tests that store, which must be empty, does what imagedata.Store says.
func Run(t *testing.T, store imagedata.Store) {
	ctx := context.Background()
	read := func(t *testing.T, key string, offset, length int64) string {
		t.Helper()
		r, err := store.Open(ctx, key, offset, length)
		if err != nil {
			t.Fatalf("Open(%q, %d, %d): %v", key, offset, length, err)
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("read %q: %v", key, err)
		}
		return string(b)
	}
	put := func(t *testing.T, key, text string) {
		t.Helper()
		if n, err := store.Put(ctx, key, strings.NewReader(text)); err != nil || n != int64(len(text)) {
			t.Fatalf("Put(%q) = %d, %v, want %d, nil", key, n, err, len(text))
		}
	}

	t.Run("ranges", func(t *testing.T) {
		put(t, "a", "0123456789")
		for _, c := range []struct {
			offset, length int64
			want           string
		}{{0, -1, "0123456789"}, {3, -1, "3456789"}, {3, 4, "3456"}, {8, 10, "89"}, {10, -1, ""}, {0, 0, ""}} {
			if got := read(t, "a", c.offset, c.length); got != c.want {
				t.Errorf("Open(%d, %d) reads %q, want %q", c.offset, c.length, got, c.want)
			}
		}
	})
	t.Run("empty", func(t *testing.T) {
		put(t, "empty", "")
		if n, err := store.Size(ctx, "empty"); n != 0 || err != nil {
			t.Errorf("Size = %d, %v, want 0, nil", n, err)
		}
		if got := read(t, "empty", 0, -1); got != "" {
			t.Errorf("read %q, want nothing", got)
		}
	})
	t.Run("replace", func(t *testing.T) {
		put(t, "b", "first")
		put(t, "b", "second")
		if got := read(t, "b", 0, -1); got != "second" {
			t.Errorf("read %q after a second Put", got)
		}
	})
	t.Run("several parts", func(t *testing.T) {
		want := strings.Repeat("0123456789abcdef", 1<<20) // 16 MiB
		put(t, "large", want)
		if got := read(t, "large", 0, -1); got != want {
			t.Errorf("read %d bytes that differ from the %d written", len(got), len(want))
		}
		if n, err := store.Size(ctx, "large"); n != int64(len(want)) || err != nil {
			t.Errorf("Size = %d, %v, want %d, nil", n, err, len(want))
		}
	})
	t.Run("broken off", func(t *testing.T) {
		broken := errors.New("the client left")
		half := func() io.Reader {
			return io.MultiReader(bytes.NewReader(make([]byte, 9<<20)), iotest.ErrReader(broken))
		}
		if _, err := store.Put(ctx, "half", half()); !errors.Is(err, broken) {
			t.Fatalf("Put = %v, want the reader's error", err)
		}
		if _, err := store.Open(ctx, "half", 0, -1); !errors.Is(err, imagedata.ErrNotFound) {
			t.Errorf("Open of half an upload = %v, want ErrNotFound", err)
		}
		put(t, "c", "whole")
		if _, err := store.Put(ctx, "c", half()); !errors.Is(err, broken) {
			t.Fatalf("Put = %v, want the reader's error", err)
		}
		if got := read(t, "c", 0, -1); got != "whole" {
			t.Errorf("read %d bytes after a broken Put, want what was there before", len(got))
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := store.Put(ctx, "d", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("Put = %v, want context.Canceled", err)
		}
	})
	t.Run("delete", func(t *testing.T) {
		put(t, "e", "x")
		for range 2 {
			if err := store.Delete(ctx, "e"); err != nil {
				t.Errorf("Delete = %v", err)
			}
		}
		if _, err := store.Open(ctx, "e", 0, -1); !errors.Is(err, imagedata.ErrNotFound) {
			t.Errorf("Open after Delete = %v, want ErrNotFound", err)
		}
		if _, err := store.Size(ctx, "e"); !errors.Is(err, imagedata.ErrNotFound) {
			t.Errorf("Size after Delete = %v, want ErrNotFound", err)
		}
	})
	t.Run("keys", func(t *testing.T) {
		for _, key := range []string{"", ".", "..", ".upload-1", "a/b", "../a", "a\x00", strings.Repeat("a", 256)} {
			_, put := store.Put(ctx, key, strings.NewReader("x"))
			_, open := store.Open(ctx, key, 0, -1)
			_, size := store.Size(ctx, key)
			for _, err := range []error{put, open, size, store.Delete(ctx, key)} {
				if !errors.Is(err, imagedata.ErrKey) {
					t.Errorf("key %q: %v, want ErrKey", key, err)
				}
			}
		}
	})
}
