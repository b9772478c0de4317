package upstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/softlayer/softlayer-go/session"
	"github.com/softlayer/softlayer-go/sl"

	"github.com/softlayer/jumpgate/internal/fastjson"
)

// RestTransport speaks SoftLayer's REST dialect in the place of softlayer-go's
// own session.RestTransport. That one has no bound for an answer and copies it
// several times; takes null for a list of one nothing; and trusts the status
// 200 that some errors come with. This one also sends exactly one request, and
// follows no redirect, which would carry the user's key elsewhere.
type RestTransport struct {
	next    http.RoundTripper
	Limit   int64     // of an answer, in bytes
	buffers sync.Pool // of *bytes.Buffer: lists of a megabyte come one after the other
}

// maxAnswer is more than any answer to a paged call; an answer beyond it is
// broken off.
const maxAnswer = 64 << 20

// The statuses of calls that got no answer, as softlayer-go numbers them.
const (
	noAnswer = 520
	timedOut = 599
)

// DoRequest implements session.TransportHandler. Of s it uses Context,
// Endpoint, UserName and APIKey.
func (t *RestTransport) DoRequest(s *session.Session, service, method string, args []any, options *sl.Options, result any) error {
	req, err := newRequest(s, service, method, args, options)
	if err != nil {
		return err
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		status := noAnswer
		var late interface{ Timeout() bool }
		if errors.As(err, &late) && late.Timeout() {
			status = timedOut
		}
		return sl.Error{StatusCode: status, Wrapped: err}
	}
	defer resp.Body.Close()
	buf, _ := t.buffers.Get().(*bytes.Buffer)
	if buf == nil {
		buf = new(bytes.Buffer)
	}
	defer t.buffers.Put(buf)
	buf.Reset()
	if _, err := buf.ReadFrom(&limited{resp.Body, t.Limit}); err != nil {
		return sl.Error{StatusCode: resp.StatusCode, Wrapped: err}
	}
	if total, err := strconv.Atoi(resp.Header.Get("SoftLayer-Total-Items")); err == nil {
		options.SetTotalItems(total)
	}
	switch answer := bytes.TrimSpace(buf.Bytes()); {
	case resp.StatusCode/100 != 2:
		return readError(answer, resp.StatusCode)
	case errorBody.Match(answer):
		return readError(answer, http.StatusInternalServerError) // the status that it means
	default:
		if err := decode(answer, expected(options), result); err != nil {
			return sl.Error{StatusCode: resp.StatusCode, Wrapped: err}
		}
		return nil
	}
}

func newRequest(s *session.Session, service, method string, args []any, options *sl.Options) (*http.Request, error) {
	verb, path := http.MethodGet, service+"/"+method
	switch {
	case method == "getObject":
		path = service
	case method == "deleteObject":
		verb, path = http.MethodDelete, service
	case method == "editObject":
		verb, path = http.MethodPut, service
	case method == "createObject":
		verb, path = http.MethodPost, service
	case len(args) > 0:
		verb = http.MethodPost
	}
	var body []byte
	if len(args) > 0 {
		var err error
		if body, err = json.Marshal(map[string]any{"parameters": args}); err != nil {
			return nil, err
		}
	}
	// net/http sends a GET again by itself when a kept connection breaks, and
	// "rebootHard" is one. A body that can't be had twice prevents it; an empty
	// one is not sent.
	once := io.NopCloser(bytes.NewReader(body))
	req, err := http.NewRequestWithContext(s.Context, verb, strings.TrimRight(s.Endpoint, "/")+"/"+path+".json", once)
	if err != nil {
		return nil, err
	}
	req.ContentLength = int64(len(body))
	req.URL.RawQuery = query(options).Encode()
	req.Header.Set("User-Agent", "jumpgate")
	if s.APIKey != "" {
		req.SetBasicAuth(s.UserName, s.APIKey)
	}
	return req, nil
}

func query(options *sl.Options) url.Values {
	q := make(url.Values)
	if options.Mask != "" {
		q.Set("objectMask", options.Mask)
	}
	if options.Filter != "" {
		q.Set("objectFilter", options.Filter)
	}
	if options.Limit != nil {
		q.Set("resultLimit", strconv.Itoa(*options.Offset)+","+strconv.Itoa(*options.Limit))
	}
	return q
}

// expected is how many items are to come, as far as the header tells.
func expected(options *sl.Options) int {
	if options.Limit == nil {
		return 0
	}
	return max(min(options.TotalItems-*options.Offset, *options.Limit), 0)
}

// errorBody is how error bodies begin, and no object that is asked for.
var errorBody = regexp.MustCompile(`^\{\s*"error"\s*:`)

// readError reads {"error": "...", "code": "SoftLayer_Exception_..."}. Of what
// a proxy sent in its place the status is enough.
func readError(answer []byte, status int) error {
	var body struct{ Error, Code string }
	if json.Unmarshal(answer, &body) != nil {
		return sl.Error{StatusCode: status}
	}
	return sl.Error{StatusCode: status, Exception: body.Code, Message: body.Error}
}

// decode reads an answer. If it is a list it has most likely so many items.
// SoftLayer leaves out the brackets around a single one at times.
func decode(answer []byte, items int, result any) error {
	if list := reflect.ValueOf(result).Elem(); list.Kind() == reflect.Slice {
		list.Grow(items)
		if bytes.HasPrefix(answer, []byte("{")) {
			answer = slices.Concat([]byte("["), answer, []byte("]"))
		}
	}
	return fastjson.Unmarshal(answer, result)
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
