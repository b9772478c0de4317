package passthrough

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
)

// smallBody is the size up to which a body is kept until the answer is there,
// so that the request can be sent again: by net/http where nothing of it was
// written, and with a fresh token where upstream refused an account's.
const smallBody = 64 << 10

// clientBody is the body of a request as the client sends it. Closing it
// leaves the client's open: that is the server's to close.
type clientBody struct {
	src io.Reader

	mu    sync.Mutex
	ended bool
	err   error // what reading it failed with
}

func (b *clientBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	ended := b.ended
	b.mu.Unlock()
	if ended {
		return 0, errors.New("the request has ended")
	}
	n, err := b.src.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.mu.Lock()
		b.err = err
		b.mu.Unlock()
	}
	return n, err
}

// WriteTo is what net/http copies a body with whose length is unknown.
func (b *clientBody) WriteTo(w io.Writer) (int64, error) { return copyBulk(w, b) }

// Close implements io.Closer for net/http.
func (b *clientBody) Close() error {
	b.end()
	return nil
}

// end keeps what still has the body from reading on.
func (b *clientBody) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
}

// failure is why the client's body could not be read, or nil.
func (b *clientBody) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// attach makes the client's body, which out still has, that of out. It reads
// a small one; with "Expect: 100-continue" none, for it is upstream's to say
// whether it wants it. To w upstream may answer before a long body has ended.
func (b *clientBody) attach(out *http.Request, w http.ResponseWriter) error {
	if out.ContentLength == 0 || out.Body == nil || out.Body == http.NoBody {
		out.Body = nil // or net/http would not send it again
		return nil
	}
	b.src = out.Body
	out.Body = b
	if out.ContentLength < 0 || out.ContentLength > smallBody || out.Header["Expect"] != nil {
		// What can't do this reads the body to its end first.
		_ = http.NewResponseController(w).EnableFullDuplex()
		return nil
	}
	small := make([]byte, out.ContentLength)
	if _, err := io.ReadFull(b, small); err != nil {
		return err
	}
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(small)), nil }
	out.Body, _ = out.GetBody()
	return nil
}
