// Package leaving plays a client who leaves while an answer is sent to it, for
// tests of buffers that are used again.
package leaving

import (
	"io"
	"net/http/httptest"
)

// Client is a client who leaves while the server is at work on an answer: Write
// fails though Sent is in use, as net/http's for HTTP/2 does.
type Client struct {
	*httptest.ResponseRecorder
	Sent []byte // what the last Write was given
}

// New returns a Client of its own.
func New() *Client { return &Client{ResponseRecorder: httptest.NewRecorder()} }

// Write implements http.ResponseWriter.
func (c *Client) Write(p []byte) (int, error) {
	c.Sent = p
	return 0, io.ErrClosedPipe
}
