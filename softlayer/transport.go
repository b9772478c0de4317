package softlayer

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// maxAnswer is more than any answer to a paged call; an answer beyond it is
// broken off.
const maxAnswer = 64 << 20

// checkedTransport makes SoftLayer's answers safe for softlayer-go, which
// reads them whole and trusts their status. It limits their size, drops white
// space before them, which softlayer-go takes for the start of an object, and
// turns the error body that SoftLayer sometimes sends with status 200 into
// the status 500 it means: softlayer-go would decode it as an empty object.
type checkedTransport struct {
	next  http.RoundTripper
	limit int64
}

// errorBody is how error bodies begin, and no object that is asked for.
var errorBody = regexp.MustCompile(`^\{\s*"error"\s*:`)

func (t checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(once(req))
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(&limited{resp.Body, t.limit})
	if err := skipSpace(r); err != nil && err != io.EOF {
		resp.Body.Close()
		return nil, err
	}
	if start, _ := r.Peek(32); resp.StatusCode/100 == 2 && errorBody.Match(start) {
		resp.StatusCode = http.StatusInternalServerError
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{r, resp.Body}
	return resp, nil
}

// once keeps net/http from sending req again by itself. It does that with any
// GET when a kept connection breaks, and softlayer-go sends "rebootHard" as a
// GET. A body that can't be had twice prevents it; an empty one is not sent.
func once(req *http.Request) *http.Request {
	if req.Method != http.MethodGet {
		return req
	}
	r := *req
	r.Body, r.GetBody = io.NopCloser(strings.NewReader("")), nil
	return &r
}

func skipSpace(r *bufio.Reader) error {
	for {
		switch b, err := r.ReadByte(); {
		case err != nil:
			return err
		case b != ' ' && b != '\t' && b != '\r' && b != '\n':
			return r.UnreadByte()
		}
	}
}

// limited fails where io.LimitedReader would pretend that the body ends.
type limited struct {
	r io.Reader
	n int64
}

var errAnswerTooLong = errors.New("answer too long")

func (l *limited) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errAnswerTooLong
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.n)])
	l.n -= int64(n)
	return n, err
}

var errRedirect = errors.New("redirect refused")

// refuseRedirect keeps the user's key from being sent elsewhere, and a POST
// from becoming a GET.
func refuseRedirect(*http.Request, []*http.Request) error { return errRedirect }
