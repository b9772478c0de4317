package identity_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestGuessing: after five wrong passwords from one address the user's next
// sign-in from there waits, and the cloud is not asked meanwhile. The user
// signs in from elsewhere.
func TestGuessing(t *testing.T) {
	c, clock := newCloud(), newClock()
	gw := newGateway(t, c, identity.Options{Now: clock.Now})
	good := passwordBody("demo", "")
	wrong := strings.Replace(good, "secret", "guess", 1)
	from := func(address, body string) (int, string) { return signInFrom(gw, address, body) }
	for i := range 5 {
		if code, _ := from("192.0.2.99:1", wrong); code != 401 {
			t.Fatalf("guess %d: %d", i, code)
		}
	}
	calls := c.calls.Load()
	if code, wait := from("192.0.2.99:1", good); code != 429 || wait != "1" {
		t.Errorf("sixth: %d, Retry-After %q", code, wait)
	}
	if c.calls.Load() != calls {
		t.Error("the cloud was asked")
	}
	if code, _ := from("192.0.2.1:1", good); code != 201 {
		t.Errorf("from another address: %d", code)
	}
	if code, _ := from("192.0.2.99:1", passwordBody("alt_demo", "")); code != 201 {
		t.Errorf("another user: %d", code)
	}
	for _, wait := range []string{"2", "4", "8", "16", "32", "60", "60"} {
		clock.Move(time.Minute)
		if code, _ := from("192.0.2.99:1", wrong); code != 401 {
			t.Errorf("after the wait: %d", code)
		}
		if code, w := from("192.0.2.99:1", wrong); code != 429 || w != wait {
			t.Errorf("%d, Retry-After %q, want %q", code, w, wait)
		}
	}
	clock.Move(time.Minute)
	if code, _ := from("192.0.2.99:1", good); code != 201 {
		t.Errorf("right password: %d", code)
	}
	if code, _ := from("192.0.2.99:1", wrong); code != 401 {
		t.Errorf("the count did not start again: %d", code)
	}
}

func signInFrom(gw http.Handler, address, body string) (int, string) {
	req := httptest.NewRequest("POST", "/v3/auth/tokens", strings.NewReader(body))
	req.RemoteAddr = address
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, req)
	return w.Code, w.Header().Get("Retry-After")
}

// TestGuessingFromManyAddresses: the guesses at one user are bounded over all
// addresses, but for those from which that user signed in before.
func TestGuessingFromManyAddresses(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{Now: newClock().Now})
	good := passwordBody("demo", "")
	wrong := strings.Replace(good, "secret", "guess", 1)
	const home = "198.51.100.1:1"
	if code, _ := signInFrom(gw, home, good); code != 201 {
		t.Fatal(code)
	}
	for i := range 200 {
		if code, _ := signInFrom(gw, fmt.Sprintf("192.0.2.%d:1", i), wrong); code != 401 {
			t.Fatalf("guess %d: %d", i, code)
		}
	}
	if code, _ := signInFrom(gw, "192.0.2.250:1", wrong); code != 429 {
		t.Errorf("guess 201: %d", code)
	}
	if code, _ := signInFrom(gw, home, good); code != 201 {
		t.Errorf("from a known address: %d", code)
	}
	if code, _ := signInFrom(gw, "192.0.2.250:1", wrong); code != 429 {
		t.Errorf("a sign-in elsewhere lets others guess on: %d", code)
	}
}

// TestGuessingUsers: one address that tries many users is slowed, however
// many addresses of an IPv6 network it has.
func TestGuessingUsers(t *testing.T) {
	c, clock := newCloud(), newClock()
	gw := newGateway(t, c, identity.Options{Now: clock.Now})
	for i := range 31 {
		body := strings.NewReader(strings.Replace(passwordBody("demo", ""), "demo", fmt.Sprintf("user%d", i), 1))
		req := httptest.NewRequest("POST", "/v3/auth/tokens", body)
		req.Header.Set("Content-Type", "application/json")
		req.RemoteAddr = fmt.Sprintf("[2001:db8::%x]:1", i)
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		if want := map[bool]int{false: 401, true: 429}[i == 30]; w.Code != want {
			t.Errorf("user %d: %d, want %d", i, w.Code, want)
		}
	}
}

// TestGuessingBehindProxy: a client that guesses slows itself down, not those
// who come through the same proxy, whatever it claims to be.
func TestGuessingBehindProxy(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{Now: newClock().Now}, func(o *jumpgate.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")} // httptest's peer
	})
	wrong := func(i int) string {
		return strings.Replace(passwordBody("demo", ""), "demo", fmt.Sprint("user", i), 1)
	}
	for i := range 31 {
		claim := fmt.Sprintf("10.0.0.%d, 203.0.113.9", i)
		want := map[bool]int{false: 401, true: 429}[i == 30]
		check(t, do(gw, "POST", "/v3/auth/tokens", wrong(i), "X-Forwarded-For", claim), want, "")
	}
	check(t, do(gw, "POST", "/v3/auth/tokens", passwordBody("demo", ""), "X-Forwarded-For", "203.0.113.10"), 201, "")
}

// TestCloudAway: a cloud that can't tell does not count as a wrong password.
func TestCloudAway(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c, identity.Options{})
	c.err = jumpgate.Unavailable
	for range 20 {
		check(t, do(gw, "POST", "/v3/auth/tokens", passwordBody("demo", "")), 503, "")
	}
	c.err = nil
	signIn(t, gw, "demo", "")
}

// slow lets sign-ins begin together.
type slow struct {
	*cloud
	gate    chan struct{}
	waiting atomic.Int64
}

func (s *slow) Authenticate(ctx context.Context, c identity.Credentials) (*identity.User, error) {
	s.waiting.Add(1)
	<-s.gate
	return s.cloud.Authenticate(ctx, c)
}

// TestTogether: a hundred sign-ins at once with the same password ask once,
// and get a token each. Guesses at once are counted at once.
func TestTogether(t *testing.T) {
	s := &slow{cloud: newCloud(), gate: make(chan struct{})}
	gw := newGateway(t, s, identity.Options{})
	var begun atomic.Int64
	gw.AddRequestHook(func(*jumpgate.Request) error { begun.Add(1); return nil })
	var wg sync.WaitGroup
	tokens, codes := sync.Map{}, [600]atomic.Int64{}
	begin := func(body string) {
		wg.Go(func() {
			w := do(gw, "POST", "/v3/auth/tokens", body)
			codes[w.Code].Add(1)
			tokens.Store(w.Header().Get("X-Subject-Token"), true)
		})
	}
	for range 100 {
		begin(passwordBody("demo", ""))
	}
	for s.waiting.Load() == 0 || begun.Load() < 100 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond) // from the hook to the driver
	close(s.gate)
	wg.Wait()
	n := 0
	tokens.Range(func(any, any) bool { n++; return true })
	if n != 100 || codes[201].Load() != 100 || s.calls.Load() > 3 {
		t.Errorf("%d tokens, %d made, %d calls", n, codes[201].Load(), s.calls.Load())
	}

	s.gate = make(chan struct{})
	s.waiting.Store(0)
	for i := range 50 {
		begin(strings.Replace(passwordBody("alt_demo", ""), "secret", fmt.Sprint("guess", i), 1))
	}
	for codes[429].Load() < 45 {
		time.Sleep(time.Millisecond)
	}
	close(s.gate)
	wg.Wait()
	if s.waiting.Load() != 5 || codes[401].Load() != 5 {
		t.Errorf("%d guesses reached the cloud, %d refused", s.waiting.Load(), codes[401].Load())
	}
}
