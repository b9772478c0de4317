package upstream

import (
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
)

type down struct{ asked int }

func (d *down) RoundTrip(*http.Request) (*http.Response, error) {
	d.asked++
	return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
}

// TestBreaker: a SoftLayer that is away is not waited for by everybody.
func TestBreaker(t *testing.T) {
	d := new(down)
	a := New("http://127.0.0.1:1", time.Second, d)
	a.Pause = 0
	a.breaker.after, a.breaker.pause = 10, time.Hour
	ask := func(method string) *jumpgate.Error {
		_, err := a.DoAs(t.Context(), Credential{"u", "k"}, Call{Service: "X", Method: method}, new(any))
		e := jumpgate.AsError(err)
		if e.Kind != jumpgate.Unavailable {
			t.Fatal(err)
		}
		return e
	}
	ask("getObject")
	ask("getObject")
	if d.asked != 10 {
		t.Fatalf("asked %d times", d.asked)
	}
	for _, method := range []string{"getObject", "createObject"} {
		if e := ask(method); e.RetryAfter <= 0 || e.RetryAfter > time.Hour || d.asked != 10 {
			t.Errorf("%+v after %d calls", e, d.asked)
		}
	}
	a.breaker.until = time.Now() // one finds out for all
	if ask("createObject"); d.asked != 11 {
		t.Errorf("asked %d times", d.asked)
	}
	if ask("createObject"); d.asked != 11 {
		t.Errorf("asked %d times", d.asked)
	}
	a.breaker.note(nil)
	if ask("createObject"); d.asked != 12 {
		t.Errorf("asked %d times", d.asked)
	}
}
