package upstream

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

	"github.com/softlayer/jumpgate/internal/fastjson"
)

// RestTransport speaks SoftLayer's REST dialect in the place of softlayer-go's
// own session.RestTransport. That one has no bound for an answer and copies it
// several times; takes null for a list of one nothing; and trusts the status
// 200 that some errors come with. This one also sends exactly one request, and
// follows no redirect, which would carry the user's key elsewhere.
type RestTransport struct {
	next  http.RoundTripper
	Limit int64 // of an answer, in bytes
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
	if total, err := strconv.Atoi(resp.Header.Get("SoftLayer-Total-Items")); err == nil {
		options.SetTotalItems(total)
	}
	body := bufio.NewReaderSize(&limited{resp.Body, t.Limit}, errorStart)
	start, err := peek(body)
	switch {
	case err != nil:
		return sl.Error{StatusCode: resp.StatusCode, Wrapped: err}
	case resp.StatusCode/100 != 2:
		return readError(body, resp.StatusCode)
	case errorBody.Match(start):
		return readError(body, http.StatusInternalServerError) // the status that it means
	}
	if err := decode(body, start, expected(options), result); err != nil {
		return sl.Error{StatusCode: resp.StatusCode, Wrapped: err}
	}
	return nil
}

// peek returns how body begins, behind white space.
func peek(body *bufio.Reader) ([]byte, error) {
	for {
		start, err := body.Peek(errorStart)
		text := bytes.TrimLeft(start, " \t\r\n")
		switch {
		case len(text) > 0 && err == io.EOF:
			return text, nil
		case err != nil && err != io.EOF:
			return nil, err
		case len(text) == len(start):
			return text, nil
		}
		_, _ = body.Discard(len(start) - len(text)) // they are there
	}
}

// errorStart is enough to know an error body by.
const errorStart = 64

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
	req.URL.RawQuery = query(options)
	req.Header.Set("User-Agent", "jumpgate")
	if s.APIKey != "" {
		req.SetBasicAuth(s.UserName, s.APIKey)
	}
	return req, nil
}

func query(options *sl.Options) string {
	var q []string
	if options.Filter != "" {
		q = append(q, "objectFilter="+url.QueryEscape(options.Filter))
	}
	if options.Mask != "" {
		q = append(q, "objectMask="+url.QueryEscape(options.Mask))
	}
	if options.Limit != nil {
		q = append(q, "resultLimit="+strconv.Itoa(*options.Offset)+"%2C"+strconv.Itoa(*options.Limit))
	}
	return strings.Join(q, "&")
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
func readError(body io.Reader, status int) error {
	var says struct{ Error, Code string }
	text, err := io.ReadAll(body)
	if err != nil {
		return sl.Error{StatusCode: status, Wrapped: err}
	}
	if json.Unmarshal(text, &says) != nil {
		return sl.Error{StatusCode: status}
	}
	return sl.Error{StatusCode: status, Exception: says.Code, Message: says.Error}
}

// decode reads an answer that begins with start. If it is a list it has most
// likely so many items. SoftLayer leaves out the brackets around a single one
// at times.
func decode(body io.Reader, start []byte, items int, result any) error {
	if list := reflect.ValueOf(result).Elem(); list.Kind() == reflect.Slice {
		list.Grow(items)
		if bytes.HasPrefix(start, []byte("{")) {
			body = io.MultiReader(strings.NewReader("["), body, strings.NewReader("]"))
		}
	}
	return fastjson.Read(body, result)
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
