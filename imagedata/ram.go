package imagedata

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
)

// RAM is a Store in memory, for tests. The zero value is empty and ready.
type RAM struct {
	mu   sync.Mutex
	data map[string][]byte
}

var _ Store = (*RAM)(nil)

// Put implements Store.
func (m *RAM) Put(ctx context.Context, key string, data io.Reader) (int64, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	var b bytes.Buffer
	if sized, ok := data.(interface{ Len() int }); ok {
		b.Grow(sized.Len() + bytes.MinRead)
	}
	n, err := b.ReadFrom(contextReader{ctx, data})
	if err != nil {
		return n, fmt.Errorf("imagedata: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.data == nil {
		m.data = make(map[string][]byte)
	}
	m.data[key] = b.Bytes()
	return n, nil
}

// Open implements Store.
func (m *RAM) Open(_ context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.data[key]
	if !ok {
		return nil, ErrNotFound
	}
	b = b[min(offset, int64(len(b))):]
	if length >= 0 {
		b = b[:min(length, int64(len(b)))]
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// Size implements Store.
func (m *RAM) Size(_ context.Context, key string) (int64, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.data[key]
	if !ok {
		return 0, ErrNotFound
	}
	return int64(len(b)), nil
}

// Delete implements Store.
func (m *RAM) Delete(_ context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, key)
	return nil
}
