// Package imagedata keeps the bytes of images: in a folder (Folder), in memory
// (RAM), nowhere (None), or in an S3 bucket (package imagedata/s3).
//
// Drivers of the image service hold one Store and use the image's id as the
// key. A Store does not keep an image's record (name, status, checksums).
package imagedata

import (
	"context"
	"errors"
	"io"
)

// Errors that a Store returns, wrapped. Compare with errors.Is.
var (
	// ErrNotFound says that there is no data under a key.
	ErrNotFound = errors.New("imagedata: no such data")
	// ErrDisabled says that the store accepts no data.
	ErrDisabled = errors.New("imagedata: no place for image data is configured")
	// ErrKey says that a key has other characters than letters, digits, "-", "_" and ".",
	// begins with a dot, or is longer than 255 bytes.
	ErrKey = errors.New("imagedata: malformed key")
)

// Store keeps the data of images. It is safe for concurrent use.
type Store interface {
	// Put reads data to its end and stores it under key, replacing earlier
	// data. It returns the number of bytes. Data becomes visible as a whole or
	// not at all: if reading or ctx fails, the earlier data stays and the
	// incomplete data is removed.
	Put(ctx context.Context, key string, data io.Reader) (int64, error)

	// Open returns length bytes from offset on, to the end if length is
	// negative. The caller closes it. It fails with ErrNotFound if there is no
	// such data. An offset at or past the end yields nothing.
	Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error)

	// Size returns the number of bytes under key. It fails with ErrNotFound if
	// there is no such data.
	Size(ctx context.Context, key string) (int64, error)

	// Delete removes the data under key. It is no error if there is none.
	Delete(ctx context.Context, key string) error
}

// CheckKey returns ErrKey for a key that a Store does not accept.
func CheckKey(key string) error {
	if key == "" || len(key) > 255 || key[0] == '.' {
		return ErrKey
	}
	for i := range len(key) {
		switch c := key[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			return ErrKey
		}
	}
	return nil
}

// None is a Store without room: Put fails with ErrDisabled, Open and Size with
// ErrNotFound.
type None struct{}

var _ Store = None{}

// Put returns ErrDisabled without reading data.
func (None) Put(context.Context, string, io.Reader) (int64, error) { return 0, ErrDisabled }

// Open returns ErrNotFound.
func (None) Open(context.Context, string, int64, int64) (io.ReadCloser, error) {
	return nil, ErrNotFound
}

// Size returns ErrNotFound.
func (None) Size(context.Context, string) (int64, error) { return 0, ErrNotFound }

// Delete does nothing.
func (None) Delete(context.Context, string) error { return nil }
