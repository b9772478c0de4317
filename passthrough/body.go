package passthrough

import (
	"bytes"
	"io"
	"net/http"
)

// smallBody is the size up to which a body is kept until the answer is there,
// so that the request can be sent again: by net/http where nothing of it was
// written, and with a fresh token where upstream refused an account's.
const smallBody = 64 << 10

// clientBody is the body of a request as the client sends it.
type clientBody struct {
	io.ReadCloser
	small []byte // the whole of it, if it is kept
	err   error  // what reading it ended with
}

func (b *clientBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.err = err
	}
	return n, err
}

// attach makes b the body of req. It reads a small one; with "Expect:
// 100-continue" none, for it is upstream's to say whether it wants it.
func (b *clientBody) attach(req *http.Request) error {
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	b.ReadCloser = req.Body
	req.Body = b
	if req.ContentLength <= 0 || req.ContentLength > smallBody || req.Header["Expect"] != nil {
		return nil
	}
	small := make([]byte, req.ContentLength)
	if _, err := io.ReadFull(b, small); err != nil {
		return err
	}
	b.small = small
	return nil
}

func (b *clientBody) replay() io.ReadCloser { return io.NopCloser(bytes.NewReader(b.small)) }
