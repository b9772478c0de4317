package passthrough_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

func TestAnswerIsUntouched(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h["Content-Type"] = []string{"text/plain"}
		h["X-Openstack-Request-Id"] = []string{"req-upstream"}
		h["Vary"] = []string{"OpenStack-API-Version", "X-OpenStack-Nova-API-Version"}
		h["Date"] = []string{"Mon, 02 Jan 2006 15:04:05 GMT"}
		h["Etag"] = []string{`"abc"`}
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "%s %s http://%s/", req.Method, req.RequestURI, req.Host)
	})
	res, body := ask(t, "GET", gw.URL+"/compute/v2.1/servers?name=a;b&x=%zz&limit", "")
	equal(t, "status", res.StatusCode, http.StatusTeapot)
	if !strings.HasPrefix(body, "GET /up-compute/v2.1/servers?name=a;b&x=%zz&limit http://127.0.0.1:") {
		t.Errorf("body %q", body)
	}
	equal(t, "header", fmt.Sprint(res.Header), fmt.Sprintf("map[Content-Length:[%d] Content-Type:[text/plain] "+
		"Date:[Mon, 02 Jan 2006 15:04:05 GMT] Etag:[\"abc\"] Vary:[OpenStack-API-Version X-OpenStack-Nova-API-Version] "+
		"X-Openstack-Request-Id:[req-upstream]]", len(body)))
}

func TestNoContentTypeIsGuessed(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		_, _ = io.WriteString(w, "<html>")
	})
	res, _ := ask(t, "GET", gw.URL+"/image/v2/images/x/file", "")
	if v, ok := res.Header["Content-Type"]; ok {
		t.Errorf("Content-Type %q", v)
	}
}

func TestPathsAndMethods(t *testing.T) {
	gw, up := whole(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("X-Seen", req.Method+" "+req.RequestURI)
	})
	for path, want := range map[string]string{
		"/compute/v2.1/servers":        "/up-compute/v2.1/servers",
		"/compute/v2.1/servers/":       "/up-compute/v2.1/servers/",
		"/compute/v2.1/servers.json?":  "/up-compute/v2.1/servers.json?",
		"/compute/v9/unknown/%7Ea%20b": "/up-compute/v9/unknown/%7Ea%20b",
		"/compute/v2.1//servers":       "/up-compute/v2.1//servers",
		"/compute/v2.1/a%2Fb":          "/up-compute/v2.1/a%2Fb",
		"/compute":                     "/up-compute",
		"/compute/":                    "/up-compute/",
		"/image/":                      "/up-image/",
		"/":                            "/up-identity/",
		"/v3/auth/tokens":              "/up-identity/v3/auth/tokens",
		"/nowhere":                     "/up-identity/nowhere",
	} {
		for _, method := range []string{"GET", "BREW", "PATCH", "DELETE", "OPTIONS", "HEAD"} {
			res, _ := ask(t, method, gw.URL+path, "")
			equal(t, path, res.Header.Get("X-Seen"), method+" "+want)
		}
	}
	for _, path := range []string{"/compute/../identity", "/compute/v2.1/%2e%2e/x", "/compute/v2.1/..;/x", "/compute/.", "/compute/a%00b", `/compute/a%5cb`} {
		res, _ := ask(t, "GET", gw.URL+path, "")
		if seen := res.Header.Get("X-Seen"); seen != "" {
			t.Errorf("%s reached upstream as %s", path, seen)
		}
	}
	_ = up
}

func TestRequestIsUntouched(t *testing.T) {
	type seen struct {
		header http.Header
		body   string
		length int64
		chunks []string
	}
	var mu sync.Mutex
	var last seen
	gw, _ := whole(t, func(_ http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		mu.Lock()
		defer mu.Unlock()
		last = seen{req.Header.Clone(), string(b), req.ContentLength, req.TransferEncoding}
	})
	for _, body := range []string{"x", strings.Repeat("y", 100_000)} {
		ask(t, "PUT", gw.URL+"/image/v2/images/1/file", body, "Content-Type", "application/octet-stream", "X-Auth-Token", "secret",
			"X-Service-Token", "other", "X-Subject-Token", "third", "Accept-Encoding", "gzip, br", "X-Roles", "admin", "X_User_id", "1",
			"X-Forwarded-Host", "evil", "X-Forwarded-Prefix", "/evil", "Forwarded", "host=evil", "X-Forwarded-For", "1.2.3.4", "X-Real-Ip", "1.2.3.4",
			"Connection", "X-Hop, close", "X-Hop", "1", "Te", "trailers", "Proxy-Authorization", "x", "Keep-Alive", "1", "User-Agent", "me")
		via := last.header.Get("Via")
		if !strings.HasPrefix(via, "1.1 jumpgate-") {
			t.Errorf("Via %q", via)
		}
		last.header.Del("Via")
		equal(t, "body", last.body == body && last.length == int64(len(body)), true)
		equal(t, "header", fmt.Sprint(last.header), fmt.Sprintf("map[Accept-Encoding:[gzip] Content-Length:[%d] Content-Type:[application/octet-stream] "+
			"Te:[trailers] User-Agent:[me] X-Auth-Token:[secret] X-Forwarded-For:[127.0.0.1] X-Service-Token:[other] X-Subject-Token:[third]]", len(body)))
	}
	// Without a length.
	req, _ := http.NewRequestWithContext(t.Context(), "PUT", gw.URL+"/image/v2/images/1/file", io.MultiReader(strings.NewReader("abc")))
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	equal(t, "chunked", fmt.Sprint(last.body, last.length, last.chunks), "abc-1 [chunked]")
}

// raw speaks HTTP by hand and returns the answer.
func raw(t *testing.T, server *httptest.Server, text string) *http.Response {
	t.Helper()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_, _ = io.WriteString(c, text)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestHeaderAttacks(t *testing.T) {
	var mu sync.Mutex
	var last http.Header
	gw, _ := whole(t, func(_ http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		last = req.Header.Clone()
	})
	for _, field := range []string{"X-Auth-Token", "X-Forwarded-For", "Via", "Host", "Content-Length"} {
		res := raw(t, gw, "GET /compute/v2.1/servers HTTP/1.1\r\nHost: h\r\nX-Auth-Token: t\r\nConnection: "+field+"\r\n\r\n")
		equal(t, field, res.StatusCode, 200)
		equal(t, field+" X-Forwarded-For", last.Get("X-Forwarded-For"), "127.0.0.1")
		equal(t, field+" Via", last.Get("Via") != "", true)
	}
	for _, text := range []string{
		"GET /compute/v2.1/servers HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-Websocket-Key: x\r\n\r\n",
		"GET /compute/v2.1/servers HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
	} {
		res := raw(t, gw, text)
		equal(t, "upgrade", res.StatusCode, 200)
		if last["Upgrade"] != nil || last["Connection"] != nil || last["Http2-Settings"] != nil {
			t.Errorf("upstream saw %v", last)
		}
	}
	// Both lengths: smuggling. net/http refuses or chooses; upstream never sees two.
	res := raw(t, gw, "POST /compute/v2.1/servers HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n")
	if res.StatusCode == 200 && last.Get("Content-Length") != "" {
		t.Errorf("upstream saw %v", last)
	}
}

func TestSwitchingProtocolsIsRefused(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, _ *http.Request) {
		c, _, _ := http.NewResponseController(w).Hijack()
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: evil\r\n\r\n")
		c.Close()
	})
	res, _ := ask(t, "GET", gw.URL+"/compute/v2.1/servers", "")
	equal(t, "status", res.StatusCode, http.StatusBadGateway)
}

func TestLinksAreRewritten(t *testing.T) {
	var up *httptest.Server
	gw, up := whole(t, func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("Content-Type", req.URL.Query().Get("type"))
		h.Set("Location", up.URL+"/up-compute/v2.1/servers/1")
		h.Set("Content-Location", "/up-image/v2/")
		h.Set("Www-Authenticate", `Keystone uri="`+up.URL+`/up-identity/v3"`)
		h.Set("X-Console", up.URL+"/up-compute/console")
		h.Set("X-Text", "see "+up.URL+"/up-compute/")
		w.WriteHeader(http.StatusMultipleChoices)
		fmt.Fprintf(w, `{"self": "%s/up-compute/v2.1/", "image": "%[1]s/up-image", "none": "%[1]s/other", "text": "at %[1]s/up-image"}`, up.URL)
	})
	want := strings.NewReplacer("UP", up.URL, "GW", gw.URL).Replace
	for _, media := range []string{"application/json", "application/json; charset=UTF-8", "application/json-home", "application/vnd.x+json"} {
		res, body := ask(t, "GET", gw.URL+"/compute/v2.1/servers?type="+url.QueryEscape(media), "")
		equal(t, "status", res.StatusCode, 300)
		equal(t, "body", body, want(`{"self": "GW/compute/v2.1/", "image": "GW/image", "none": "UP/other", "text": "at UP/up-image"}`))
		equal(t, "length", res.ContentLength, int64(len(body)))
		equal(t, "Location", res.Header.Get("Location"), want("GW/compute/v2.1/servers/1"))
		equal(t, "Content-Location", res.Header.Get("Content-Location"), want("GW/image/v2/"))
		equal(t, "WWW-Authenticate", res.Header.Get("Www-Authenticate"), want(`Keystone uri="GW/v3"`))
		equal(t, "X-Console", res.Header.Get("X-Console"), want("GW/compute/console"))
		equal(t, "X-Text", res.Header.Get("X-Text"), want("see UP/up-compute/"))
	}
	_, body := ask(t, "GET", gw.URL+"/compute/v2.1/servers?type=text/html", "")
	equal(t, "html", body, want(`{"self": "UP/up-compute/v2.1/", "image": "UP/up-image", "none": "UP/other", "text": "at UP/up-image"}`))
	_, body = ask(t, "GET", gw.URL+"/compute/v2.1/servers?type=application/json", "", "X-Forwarded-Host", "evil")
	if strings.Contains(body, "evil") {
		t.Error("a client chose the host of links")
	}
}

func TestLargeAndCompressedJSON(t *testing.T) {
	const items = 20_000
	var up *httptest.Server
	gw, up := whole(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		var out io.Writer = w
		if req.Header.Get("Accept-Encoding") == "gzip" {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			out = z
		}
		for i := range items {
			fmt.Fprintf(out, `{"href": "%s/up-compute/v2.1/%d"}`, up.URL, i)
		}
	})
	var want strings.Builder
	for i := range items {
		fmt.Fprintf(&want, `{"href": "%s/compute/v2.1/%d"}`, gw.URL, i)
	}
	_, body := ask(t, "GET", gw.URL+"/compute/v2.1/servers", "")
	equal(t, "plain", body == want.String(), true)
	res, body := ask(t, "GET", gw.URL+"/compute/v2.1/servers", "", "Accept-Encoding", "gzip")
	equal(t, "coding", res.Header.Get("Content-Encoding"), "gzip")
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	equal(t, "gzip", err == nil && string(plain) == want.String(), true)
}

func TestRangeHeadAndRedirects(t *testing.T) {
	content := strings.Repeat("0123456789", 1000)
	var up *httptest.Server
	gw, up := whole(t, func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/up-image/redirect":
			http.Redirect(w, req, up.URL+"/up-image/elsewhere", http.StatusFound)
		case "/up-image/json":
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "11")
			w.Header().Set("Content-Range", "bytes 0-10/20")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, `["`+up.URL[:9])
		default:
			w.Header().Set("Content-Type", "application/octet-stream")
			http.ServeContent(w, req, "", serverTime, strings.NewReader(content))
		}
	})
	file := gw.URL + "/image/v2/images/1/file"
	res, body := ask(t, "GET", file, "", "Range", "bytes=10-14")
	equal(t, "range", words(res.StatusCode, body, res.Header.Get("Content-Range")), "206 01234 bytes 10-14/10000")
	res, _ = ask(t, "GET", file, "", "Range", "bytes=99999-")
	equal(t, "bad range", res.StatusCode, 416)
	res, body = ask(t, "HEAD", file, "")
	equal(t, "head", words(res.StatusCode, res.ContentLength, body), "200 10000")
	res, _ = ask(t, "GET", file, "", "If-Modified-Since", serverTime.Format(http.TimeFormat))
	equal(t, "not modified", res.StatusCode, 304)
	res, _ = ask(t, "GET", gw.URL+"/image/redirect", "")
	equal(t, "redirect", words(res.StatusCode, res.Header.Get("Location")), "302 "+gw.URL+"/image/elsewhere")
	res, body = ask(t, "GET", gw.URL+"/image/json", "")
	equal(t, "part of JSON", words(res.StatusCode, body), `206 ["`+up.URL[:9])
}

func TestExpectContinue(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("X-Auth-Token") == "" {
			w.WriteHeader(http.StatusUnauthorized) // without having read a byte
			return
		}
		b, _ := io.ReadAll(req.Body)
		_, _ = w.Write(b)
	})
	const head = "PUT /image/v2/images/1/file HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
	res := raw(t, gw, head+"\r\n")
	equal(t, "refused before the body", res.StatusCode, 401)

	c, err := net.Dial("tcp", gw.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, head+"X-Auth-Token: t\r\n\r\n")
	r := bufio.NewReader(c)
	res, err = http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != 100 {
		t.Fatal("no 100 Continue", res, err)
	}
	_, _ = io.WriteString(c, "hello")
	res, err = http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(res.Body)
	equal(t, "answer", words(res.StatusCode, string(b)), "200 hello")
}

func TestTrailers(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		w.Header().Set("Trailer", "X-Checksum")
		_, _ = io.WriteString(w, "body")
		w.Header().Set("X-Checksum", "1")
		w.Header().Set(http.TrailerPrefix+"X-Late", fmt.Sprint(string(b), req.Trailer))
	})
	req, _ := http.NewRequestWithContext(t.Context(), "PUT", gw.URL+"/image/v2/images/1/file", io.MultiReader(strings.NewReader("abc")))
	req.Trailer = http.Header{"X-Sum": {"2"}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	equal(t, "body", string(b), "body")
	equal(t, "announced", res.Trailer.Get("X-Checksum"), "1")
	equal(t, "not announced, and the request's", res.Trailer.Get("X-Late"), "abcmap[X-Sum:[2]]")
}

func TestEarlyHints(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("Link")
	})
	hinted := make(http.Header)
	trace := httptrace.ClientTrace{Got1xxResponse: func(status int, h textproto.MIMEHeader) error {
		hinted = http.Header(h)
		hinted.Set("Status", fmt.Sprint(status))
		return nil
	}}
	req, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), &trace), "GET", gw.URL+"/v3", nil)
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	equal(t, "hint", fmt.Sprint(hinted), "map[Link:[</style.css>] Status:[103]]")
	equal(t, "answer", words(res.StatusCode, res.Header["Link"], res.Header["Status"]), "200 [] []")
}

func TestHooksInFront(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Openstack-Request-Id", "req-up") })
	gw := newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(up.URL)}), nil)
	var logged string
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.ResponseHeader().Set("X-Mine", "1")
		if r.Endpoint().Name == "v21_flavors" {
			return jumpgate.Forbidden
		}
		return nil
	})
	gw.AddResponseHook(func(r *jumpgate.Request, o jumpgate.Outcome) {
		logged = words(r.Endpoint().Name, r.Env.RequestID, o.UpstreamCalls)
	})
	server := front(t, gw)
	res, _ := ask(t, "GET", server.URL+"/compute/v2.1/servers", "")
	equal(t, "header of a hook", res.Header.Get("X-Mine"), "1")
	equal(t, "request ids", words(res.Header["X-Openstack-Request-Id"]), "[req-up]")
	equal(t, "logged", logged, "v21_servers req-up 1")
	res, body := ask(t, "GET", server.URL+"/compute/v2.1/flavors", "")
	equal(t, "refused", words(res.StatusCode, strings.HasPrefix(body, `{"forbidden"`)), "403 true")
}

func TestLoopIsRefused(t *testing.T) {
	var target http.Handler
	server := upstream(t, func(w http.ResponseWriter, req *http.Request) { target.ServeHTTP(w, req) })
	opts := passthrough.Options{Endpoints: make(map[jumpgate.Service]string)}
	for _, s := range jumpgate.Services() {
		opts.Endpoints[s] = server.URL + "/" + string(s)
	}
	target = newGateway(t, newDriver(t, opts), nil)
	res, _ := ask(t, "GET", server.URL+"/compute/v2.1/servers", "")
	equal(t, "status", res.StatusCode, http.StatusBadGateway)
}

func TestOptionFaults(t *testing.T) {
	_, err := passthrough.New(passthrough.Options{
		Endpoints:    map[jumpgate.Service]string{"compute": "nova:8774", "object": "http://h"},
		Aliases:      map[jumpgate.Service][]string{"image": {"http://u@h/"}},
		Cloud:        &passthrough.Cloud{},
		Accounts:     map[string]passthrough.Cloud{"p1": {}},
		Modes:        passthrough.Modes{{Pattern: "compute.nothing", Mode: "pass"}, {Pattern: "compute.*", Mode: "maybe"}},
		Timeouts:     passthrough.Timeouts{Dial: -1},
		MaxIdleConns: -1,
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"Endpoints[compute]", "Endpoints[object]", "Aliases[image]", "Cloud.Auth", `Accounts["p1"]`,
		"compute.nothing", "maybe", "timeout", "MaxIdleConns"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s is not reported in:\n%v", part, err)
		}
	}
	_, err = jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Image: {Driver: newDriver(t, passthrough.Options{})},
	}})
	if err == nil || !strings.Contains(err.Error(), "no address of image") {
		t.Errorf("got %v", err)
	}
}
