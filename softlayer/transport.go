package softlayer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/softlayer/softlayer-go/session"
	"github.com/softlayer/softlayer-go/sl"
)

// restTransport speaks SoftLayer's REST dialect in the place of softlayer-go's
// own session.RestTransport. That one reads an answer whole and copies it
// several times, however long it is; takes null for a list of one nothing;
// and trusts the status 200 that some errors come with. Unlike it this one
// sends exactly one request, follows no redirect, which would carry the user's
// key elsewhere, and decodes a list item by item as it comes.
type restTransport struct {
	next  http.RoundTripper
	limit int64 // of an answer, in bytes
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
func (t *restTransport) DoRequest(s *session.Session, service, method string, args []any, options *sl.Options, result any) error {
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
	if total, err := strconv.Atoi(resp.Header.Get("SoftLayer-Total-Items")); err == nil {
		options.SetTotalItems(total)
	}
	body := bufio.NewReader(&limited{resp.Body, t.limit})
	start, err := begin(body)
	switch {
	case resp.StatusCode/100 != 2:
		return readError(body, resp.StatusCode)
	case errorBody.Match(start):
		return readError(body, http.StatusInternalServerError) // the status that it means
	case err == nil:
		err = decode(body, start[0], expected(options), result)
	}
	if err != nil {
		return sl.Error{StatusCode: resp.StatusCode, Wrapped: err}
	}
	return nil
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

// begin skips white space and returns the first bytes behind it, at least one.
func begin(r *bufio.Reader) ([]byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		if strings.IndexByte(" \t\r\n", b) < 0 {
			break
		}
	}
	if err := r.UnreadByte(); err != nil {
		return nil, err
	}
	start, _ := r.Peek(32) // shorter at the end of the body
	return start, nil
}

// readError reads {"error": "...", "code": "SoftLayer_Exception_..."}. Of what
// a proxy sent in its place the status is enough.
func readError(r io.Reader, status int) error {
	var body struct{ Error, Code string }
	if json.NewDecoder(r).Decode(&body) != nil {
		return sl.Error{StatusCode: status}
	}
	return sl.Error{StatusCode: status, Exception: body.Code, Message: body.Error}
}

// decode reads the JSON value that is all of r and begins with start. If it is
// a list it has most likely so many items.
func decode(r io.Reader, start byte, items int, result any) error {
	d := json.NewDecoder(r)
	list := reflect.ValueOf(result).Elem()
	var err error
	if list.Kind() == reflect.Slice && start != 'n' { // null
		list.SetLen(0) // it may hold what came of an earlier attempt
		list.Grow(items)
		err = decodeList(d, start == '[', list)
	} else {
		err = d.Decode(result)
	}
	if err != nil {
		return err
	}
	switch _, err = d.Token(); err {
	case io.EOF:
		return nil
	case nil:
		return errTooMuch
	}
	return err
}

// decodeList reads a list item by item, so that no more than one of them is
// there as text. SoftLayer leaves out the brackets around a single item at
// times.
func decodeList(d *json.Decoder, brackets bool, list reflect.Value) error {
	if brackets {
		if _, err := d.Token(); err != nil {
			return err
		}
	}
	for n := 0; d.More(); n++ {
		list.Grow(1)
		list.SetLen(n + 1)
		item := list.Index(n)
		item.SetZero()
		if err := d.Decode(item.Addr().Interface()); err != nil {
			return err
		}
	}
	if brackets {
		_, err := d.Token()
		return err
	}
	return nil
}

// limited fails where io.LimitedReader would pretend that the body ends.
type limited struct {
	r io.Reader
	n int64
}

var errTooMuch = errors.New("more than one JSON value")

var errAnswerTooLong = errors.New("answer too long")

func (l *limited) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errAnswerTooLong
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.n)])
	l.n -= int64(n)
	return n, err
}
