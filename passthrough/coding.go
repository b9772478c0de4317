package passthrough

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"sync"
)

// recode returns a reader of what body holds, rewritten, in the same content
// coding. It returns nil for a coding that it does not know.
func recode(body io.Reader, coding string, rewrite func(io.Reader) io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "", "identity":
		return rewrite(body)
	case "gzip", "x-gzip":
		return &recoder{open: func() (io.Reader, error) { return gzip.NewReader(body) }, pool: &gzipWriters, rewrite: rewrite}
	case "deflate":
		// The standard means zlib; some servers send what is in it bare.
		b := bufio.NewReader(body)
		r := &recoder{rewrite: rewrite}
		r.open = func() (io.Reader, error) {
			head, err := b.Peek(2)
			if len(head) < 2 {
				return nil, errors.Join(io.ErrUnexpectedEOF, err)
			}
			if head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
				r.pool = &zlibWriters
				return zlib.NewReader(b)
			}
			r.pool = &flateWriters
			return flate.NewReader(b), nil
		}
		return r
	}
	return nil
}

// compressor is what the writers of gzip, zlib and flate have in common.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

// A compressor is hundreds of KiB; level 1, for it is a copy that is made.
var (
	gzipWriters  = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, 1); return w }}
	zlibWriters  = sync.Pool{New: func() any { w, _ := zlib.NewWriterLevel(nil, 1); return w }}
	flateWriters = sync.Pool{New: func() any { w, _ := flate.NewWriter(nil, 1); return w }}
)

// recoder decompresses, rewrites and compresses again while it is read. It
// opens its source with the first Read, for that already takes bytes.
type recoder struct {
	open    func() (io.Reader, error)
	rewrite func(io.Reader) io.Reader
	pool    *sync.Pool

	src io.Reader
	w   compressor
	out bytes.Buffer
	buf []byte
	err error
}

func (r *recoder) Read(p []byte) (int, error) {
	if r.src == nil && r.err == nil {
		var plain io.Reader
		if plain, r.err = r.open(); r.err != nil {
			return 0, r.err
		}
		r.src, r.buf = r.rewrite(plain), make([]byte, 16<<10)
		r.w = r.pool.Get().(compressor)
		r.w.Reset(&r.out)
	}
	for r.out.Len() == 0 {
		if r.err != nil {
			return 0, r.err
		}
		n, err := r.src.Read(r.buf)
		_, _ = r.w.Write(r.buf[:n]) // to a bytes.Buffer
		if err == nil {
			continue
		}
		r.err = err
		if errors.Is(err, io.EOF) {
			_ = r.w.Close() // the same
		}
		r.w.Reset(nil)
		r.pool.Put(r.w)
	}
	return r.out.Read(p)
}
