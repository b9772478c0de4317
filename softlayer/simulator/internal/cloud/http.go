package cloud

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxBody is the size of the largest request body read.
const maxBody = 1 << 20

// ServeHTTP answers one call of the API.
func (sim *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	res, err := sim.answer(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), res.header())
	w.WriteHeader(res.status)
	_, _ = w.Write(res.body) // the client may have left
}

// RoundTrip is ServeHTTP for a client in the same process.
func (sim *Cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	in := *r
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	if in.Host == "" {
		in.Host = in.URL.Host
	}
	res, err := sim.answer(&in)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", res.status, http.StatusText(res.status)), StatusCode: res.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: res.header(), Body: io.NopCloser(bytes.NewReader(res.body)), ContentLength: int64(len(res.body)), Request: r,
	}, nil
}

// answer is what one call of the API is answered with. An error says that the client is gone, or shall think so.
func (sim *Cloud) answer(r *http.Request) (*result, error) {
	res, err := sim.serve(r)
	var failure *apiError
	if errors.As(err, &failure) {
		body, _ := json.Marshal(struct {
			Error string `json:"error"`
			Code  string `json:"code"`
		}{failure.text, servicePrefix + "Exception_" + failure.code})
		return &result{status: failure.status, body: body}, nil
	}
	return res, err
}

// result is an answer before it is written.
type result struct {
	status      int
	body        []byte
	contentType string
	location    string
	list        bool
	total       int // of a list: its length after the filter, before the limit
}

func (res *result) header() http.Header {
	h := make(http.Header, 7)
	h.Set("Server", "Apache")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", cmp.Or(res.contentType, "application/json"))
	h.Set("Content-Length", strconv.Itoa(len(res.body)))
	if res.total >= 0 && res.list {
		h.Set("SoftLayer-Total-Items", strconv.Itoa(res.total))
	}
	if res.location != "" {
		h.Set("Location", res.location)
	}
	return h
}

// call is one call of a method.
type call struct {
	sim    *Cloud
	acct   *account
	user   *user
	init   string
	args   []any
	object node // what init names; nil for methods that need none
	// created is the path below the service of an object made by this call.
	created string
}

func (c *call) arg(i int) any {
	if i >= len(c.args) {
		return nil
	}
	return c.args[i]
}

// template returns the first argument as the JSON object it has to be.
func (c *call) template() (map[string]any, error) {
	t, ok := c.arg(0).(map[string]any)
	if !ok {
		return nil, badRequest("The method needs an object as its first parameter.")
	}
	return t, nil
}

func (sim *Cloud) serve(r *http.Request) (*result, error) {
	rt, err := parseRoute(r)
	if err != nil {
		return nil, err
	}
	u, err := sim.caller(r, rt)
	if err != nil {
		return nil, err
	}
	svc := sim.services[strings.TrimPrefix(rt.service, servicePrefix)]
	if svc == nil {
		return nil, &apiError{http.StatusNotFound, "Public", "Service does not exist"}
	}
	m, name, err := sim.method(svc, rt.method)
	if err != nil {
		return nil, err
	}
	sim.count(svc.name, name)
	f := sim.faultFor(svc.name, name)
	if err := f.wait(r.Context()); err != nil {
		return nil, err
	}
	if f != nil && !f.AfterEffect {
		if res, err, ok := f.answer(); ok {
			return res, err
		}
	}
	c := &call{sim: sim, acct: u.account, user: u, init: rt.init, args: rt.args}
	if c.args == nil {
		if c.args, err = readArgs(r); err != nil {
			return nil, err
		}
	}
	res, err := sim.run(c, svc, m, r)
	if f != nil && f.AfterEffect {
		if res, err, ok := f.answer(); ok {
			return res, err
		}
	}
	if err == nil && c.created != "" {
		res.status = http.StatusCreated
		res.location = fmt.Sprintf("http://%s%s%s%s/%s/getObject", r.Host, rt.base, servicePrefix, svc.name, c.created)
	}
	return res, err
}

// run executes a method with the account locked, and encodes what it returned before anybody can change it.
func (sim *Cloud) run(c *call, svc *service, m *method, r *http.Request) (*result, error) {
	query := r.URL.Query()
	c.acct.mu.Lock()
	defer c.acct.mu.Unlock()
	c.acct.advance(sim.opts.Now())

	// Mask and filter are checked first: a call that fails must not have had an effect.
	typ := sim.schema.byName(m.returns)
	if m.typ != nil {
		typ = m.typ
	}
	p, err := sim.plan(query.Get("objectMask"), typ)
	if err != nil {
		return nil, err
	}
	filter, err := sim.filter(c.acct, query.Get("objectFilter"), typ, svc, m)
	if err != nil {
		return nil, err
	}
	if !m.static {
		if c.object, err = svc.object(c); err != nil {
			return nil, err
		}
	}
	v, err := m.run(c)
	if err != nil {
		return nil, err
	}
	res := &result{status: http.StatusOK}
	if list, ok := v.([]node); ok {
		list = filter.apply(list)
		res.list, res.total = true, len(list)
		if v, err = page(list, query.Get("resultLimit")); err != nil {
			return nil, err
		}
	}
	e := encoder{zone: sim.opts.Location}
	e.value(v, p)
	res.body = e.buf
	return res, nil
}

func (sim *Cloud) filter(a *account, text string, typ *schemaType, svc *service, m *method) (*filter, error) {
	if text == "" || typ == nil || !m.list {
		return nil, nil
	}
	f, err := parseFilter(text)
	if err == nil {
		c := &filterCompiler{strict: !sim.opts.Lenient, now: a.now, zone: sim.opts.Location}
		var compiled *filter
		if compiled, err = c.compileFilter(f, typ, sim.schema.byName(svc.typ), m.roots); err == nil {
			return compiled, nil
		}
	}
	if sim.opts.Lenient {
		return nil, nil
	}
	return nil, err
}

// route is what a URL names.
type route struct {
	base    string // up to the service
	service string
	init    string
	method  string
	args    []any // given in the path
}

// parseRoute reads /rest/v3.1/{Service}[/{init}][/{method}[/{argument}…]][.json]. softlayer-go leaves out the methods that
// HTTP has verbs for, slcli never does.
func parseRoute(r *http.Request) (*route, error) {
	rest, ok := strings.CutPrefix(r.URL.Path, "/rest/")
	version, path, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || version != "v3" && version != "v3.1" {
		return nil, &apiError{http.StatusNotFound, "Public", "Service does not exist"}
	}
	for _, extension := range []string{".json", ".xml", ".txt"} {
		path = strings.TrimSuffix(path, extension)
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	rt := &route{base: "/rest/" + version + "/", service: parts[0]}
	parts = parts[1:]
	if len(parts) > 0 && (isInit(parts[0]) || len(parts) > 1) {
		rt.init, parts = parts[0], parts[1:]
	}
	if len(parts) > 0 {
		rt.method, parts = parts[0], parts[1:]
	}
	for _, a := range parts {
		rt.args = append(rt.args, a)
	}
	if rt.method != "" {
		return rt, nil
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		rt.method = "getObject"
	case http.MethodPost:
		rt.method = "createObject"
	case http.MethodPut:
		rt.method = "editObject"
	case http.MethodDelete:
		rt.method = "deleteObject"
	default:
		return nil, badRequest("Bad request")
	}
	return rt, nil
}

// isInit tells a number or a GUID, which name an object, from the name of a method.
func isInit(s string) bool {
	_, number := parseInt(s)
	return number || len(s) == 36 && strings.Count(s, "-") == 4
}

// authenticate finds who is asking: user name and API key as basic authentication, user number and portal token, or
// "apikey" and a key alone, as IBM Cloud keys are used.
func (sim *Cloud) authenticate(r *http.Request) (*user, error) {
	name, key, ok := r.BasicAuth()
	if !ok {
		return nil, &apiError{http.StatusUnauthorized, "InvalidLegacyToken", "No valid authentication headers found"}
	}
	u := sim.users[name]
	if name == "apikey" {
		for _, candidate := range sim.users {
			if sameKey(candidate, key) {
				u = candidate
			}
		}
	}
	if id, ok := parseInt(name); ok && u == nil {
		for _, candidate := range sim.users {
			if candidate.id() == id && candidate.password != "" &&
				subtle.ConstantTimeCompare([]byte(candidate.portalToken()), []byte(key)) == 1 {
				return candidate, nil
			}
		}
	}
	if !sameKey(u, key) {
		return nil, &apiError{http.StatusUnauthorized, "Public", "Invalid API token."}
	}
	return u, nil
}

func sameKey(u *user, key string) bool {
	return u != nil && u.key != "" && subtle.ConstantTimeCompare([]byte(u.key), []byte(key)) == 1
}

// portalLogin is the one method that needs no authentication: it is one.
const portalLogin = "getPortalLoginToken"

// caller finds who is asking. Who asks for a portal token says so in the parameters.
func (sim *Cloud) caller(r *http.Request, rt *route) (*user, error) {
	if rt.method != portalLogin {
		return sim.authenticate(r)
	}
	if rt.args == nil {
		var err error
		if rt.args, err = readArgs(r); err != nil {
			return nil, err
		}
	}
	if len(rt.args) >= 2 {
		u, password := sim.users[toStr(rt.args[0])], toStr(rt.args[1])
		if u != nil && u.password != "" && subtle.ConstantTimeCompare([]byte(u.password), []byte(password)) == 1 {
			return u, nil
		}
	}
	return nil, &apiError{http.StatusUnauthorized, "User_Customer_LoginFailed", "Invalid username or password."}
}

// portalToken is the same for each login of a user: nobody needs more here.
func (u *user) portalToken() string {
	sum := sha256.Sum256([]byte(u.name + "\x00" + u.password))
	return hex.EncodeToString(sum[:])
}

// readArgs reads the positional arguments from the body: {"parameters":[…]}.
func readArgs(r *http.Request) ([]any, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badRequest("The request body cannot be read.")
	}
	if len(body) > maxBody {
		return nil, &apiError{http.StatusRequestEntityTooLarge, "WebService_BadRequest", "The request body is too large."}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var req struct {
		Parameters []any `json:"parameters"`
	}
	if err := d.Decode(&req); err != nil {
		return nil, badRequest("The request body is not a JSON object with a list of parameters.")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, badRequest("The request body has text after its JSON object.")
	}
	return slices.Clip(req.Parameters), nil
}
