package softlayer

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// maxAnswer is more than any answer to a paged call; an answer beyond it is
// broken off.
const maxAnswer = 64 << 20

// checkedTransport makes SoftLayer's answers safe for softlayer-go, which
// reads them whole and trusts their status: it limits their size, and turns
// the error body that SoftLayer sometimes sends with status 200 into the
// status 500 it means. softlayer-go would decode it as an empty object.
type checkedTransport struct{ next http.RoundTripper }

func (t checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body := resp.Body
	start := make([]byte, 16)
	n, err := io.ReadFull(body, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		body.Close()
		return nil, err
	}
	start = start[:n]
	if resp.StatusCode/100 == 2 && bytes.HasPrefix(bytes.TrimLeft(start, " \t\r\n"), []byte(`{"error":`)) {
		resp.StatusCode = http.StatusInternalServerError
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), &limited{body, maxAnswer}), body}
	return resp, nil
}

// limited fails where io.LimitedReader would pretend that the body ends.
type limited struct {
	r io.Reader
	n int64
}

var errAnswerTooLong = errors.New("softlayer: answer too long")

func (l *limited) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errAnswerTooLong
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.n)])
	l.n -= int64(n)
	return n, err
}
