package cloud

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// fetch makes a call over a real connection.
func fetch(t *testing.T, url, verb, body string) (status int, answer string, err error) {
	t.Helper()
	req, err := http.NewRequest(verb, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(demoUser, demoKey)
	res, err := http.DefaultTransport.RoundTrip(req) // one attempt
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// Answers to put in place of the real ones.
const (
	rateLimited   = `{"error":"Rate limit of 50 requests for every 1 second(s) exceeded.","code":"SoftLayer_Exception_WebService_RateLimitExceeded"}`
	internalError = `{"error":"Internal Error","code":"SoftLayer_Exception_Public"}`
	badGateway    = "<html><body>Bad Gateway</body></html>"
)

func TestFaults(t *testing.T) {
	w := newWorld(t)
	account := func() *httptest.ResponseRecorder { return w.do("GET", "Account.json", "") }
	list := func() *httptest.ResponseRecorder { return w.do("GET", "Account/VirtualGuests.json", "") }

	w.sim.Inject(Fault{Service: "SoftLayer_Account", Method: "getVirtualGuests", Times: 2, Status: 429, Body: rateLimited})
	w.get("Account.json")
	w.fails(list(), 429, "WebService_RateLimitExceeded", "Rate limit")
	w.fails(list(), 429, "WebService_RateLimitExceeded", "Rate limit")
	if got := list(); got.Code != 200 {
		t.Errorf("the fault outlived its %d times: %s", 2, got.Body)
	}

	remove := w.sim.Inject(Fault{Status: 502, Body: badGateway})
	for range 3 {
		if got := account(); got.Code != 502 || got.Header().Get("Content-Type") != "text/html" {
			t.Errorf("%d %s", got.Code, got.Header())
		}
	}
	remove()
	w.get("Account.json")

	w.sim.Inject(Fault{Service: "Account", Body: "null"})
	if got := list(); got.Code != 200 || got.Body.String() != "null" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	w.sim.ClearFaults()
	w.sim.Inject(Fault{Body: internalError, Times: 1})
	w.fails(account(), 200, "Public", "Internal Error")
	w.get("Account.json")
	if n := w.sim.Calls()["SoftLayer_Account::getObject"]; n != 7 {
		t.Errorf("%d calls counted", n)
	}
}

func TestLostAnswers(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.sim)
	defer server.Close()
	server.Config.ErrorLog = nil
	url := server.URL + "/rest/v3.1/SoftLayer_Virtual_Guest.json"
	body := parameters(t, template(nil))

	for guests, f := range []Fault{
		{Reset: true, Times: 1},
		{Reset: true, AfterEffect: true, Times: 1},
		{Status: 504, AfterEffect: true, Times: 1},
	} {
		w.sim.Inject(f)
		status, _, err := fetch(t, url, "POST", body)
		if f.Reset != (err != nil) || status != f.Status {
			t.Errorf("%+v: %d %v", f, status, err)
		}
		if n := len(w.get("Account/getVirtualGuests.json").([]any)); n != guests {
			t.Errorf("%+v left %d servers, want %d", f, n, guests)
		}
	}
}

func TestLatency(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.sim)
	defer server.Close()
	w.sim.Inject(Fault{Latency: 30 * time.Millisecond, Times: 1})
	start := time.Now()
	status, _, err := fetch(t, server.URL+"/rest/v3.1/SoftLayer_Account.json", "GET", "")
	if took := time.Since(start); err != nil || status != 200 || took < 30*time.Millisecond {
		t.Errorf("%d %v after %v", status, err, took)
	}

	// A client that gives up does not wait for the end, and its call has no effect.
	w.sim.Inject(Fault{Latency: time.Hour, Times: 1})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	r := httptest.NewRequest("POST", "/rest/v3.1/SoftLayer_Virtual_Guest.json", strings.NewReader(parameters(t, template(nil)))).WithContext(ctx)
	r.SetBasicAuth(demoUser, demoKey)
	func() {
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
				t.Errorf("recovered %v", err)
			}
		}()
		w.sim.ServeHTTP(httptest.NewRecorder(), r)
	}()
	if got := w.text("Account/getVirtualGuests.json"); got != "[]" {
		t.Error(got)
	}
}
