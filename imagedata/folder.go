package imagedata

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// partial begins the names of uploads that are under way. No key begins with
// a dot.
const partial = ".upload-"

// abandoned is the age at which an upload that nobody writes to is taken for
// one of a process that has ended.
const abandoned = 24 * time.Hour

// Folder is a Store in a directory, a file for each image. Processes may share
// the directory.
type Folder struct{ dir string }

var _ Store = (*Folder)(nil)

// NewFolder returns a Store in dir, which it makes if it is missing. It removes
// incomplete uploads that are more than a day old.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("imagedata: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("imagedata: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), partial) && time.Since(info.ModTime()) > abandoned {
			os.Remove(filepath.Join(dir, e.Name())) //nolint:errcheck // the next start tries again
		}
	}
	return &Folder{dir}, nil
}

// Put implements Store. The data is on the disk when it returns.
func (f *Folder) Put(ctx context.Context, key string, data io.Reader) (n int64, err error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	file, err := os.CreateTemp(f.dir, partial+"*")
	if err != nil {
		return 0, fmt.Errorf("imagedata: %w", err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name()) //nolint:errcheck // NewFolder removes it later
		}
	}()
	if n, err = io.Copy(file, contextReader{ctx, data}); err != nil {
		return n, fmt.Errorf("imagedata: %w", err)
	}
	if err = errors.Join(file.Sync(), file.Close()); err != nil {
		return n, fmt.Errorf("imagedata: %w", err)
	}
	if err = os.Rename(file.Name(), filepath.Join(f.dir, key)); err != nil {
		return n, fmt.Errorf("imagedata: %w", err)
	}
	return n, nil
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	file, err := os.Open(filepath.Join(f.dir, key))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("imagedata: %w", err)
	}
	if offset == 0 && length < 0 {
		return file, nil // a plain file lets the kernel copy it
	}
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		file.Close()
		return nil, fmt.Errorf("imagedata: %w", err)
	}
	if length < 0 {
		return file, nil
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(file, length), file}, nil
}

// Size implements Store.
func (f *Folder) Size(_ context.Context, key string) (int64, error) {
	if err := CheckKey(key); err != nil {
		return 0, err
	}
	info, err := os.Stat(filepath.Join(f.dir, key))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, ErrNotFound
	case err != nil:
		return 0, fmt.Errorf("imagedata: %w", err)
	}
	return info.Size(), nil
}

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(f.dir, key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("imagedata: %w", err)
	}
	return nil
}

// contextReader stops reading when ctx ends.
type contextReader struct {
	ctx context.Context //nolint:containedctx // it lives as long as the call that makes it
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}
