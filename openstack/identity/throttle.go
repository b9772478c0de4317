package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// Wrong passwords are free for a user's fingers and dear for a machine: after
// some in a row, for one user from one address, from one address for all users,
// or for one user from everywhere, the next must wait, twice as long each
// time. The driver is not asked meanwhile, so that the accounts in the cloud
// behind are not locked by somebody guessing here.
//
// Nobody may lock others out by guessing, so the limit of a user is far higher
// than that of a user from one address, and does not count where that user
// has signed in before. Each user has a few such addresses of his own: whoever
// signs in from very many makes none of another user forgotten.
//
// Keystone refuses a locked user with the 401 of a wrong password. That ends
// a program that only had to wait, so this is a 429 with Retry-After.
const (
	freeForPair    = 5   // a user from an address
	freeForAddress = 30  // offices share one
	freeForUser    = 200 // from all addresses that are new to the user
	knownFor       = 30 * 24 * time.Hour
	knownEach      = 16 // addresses of a user
	firstWait      = time.Second
	longestWait    = time.Minute
	forgetAfter    = 15 * time.Minute
	maxThrottled   = 20_000 // keys, and users with known addresses, in memory: a few MiB
)

// throttle counts failed sign-ins by key, which is a hash: what clients send
// takes no memory here.
type throttle struct {
	now  func() time.Time
	seed maphash.Seed
	max  int

	mu       sync.Mutex
	attempts map[uint64]attempts
	known    map[uint64]map[uint64]time.Time // by user: pairs of user and address that signed in, and when last
}

type attempts struct {
	failed int // with those under way
	last   time.Time
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, seed: maphash.MakeSeed(), max: maxThrottled, attempts: make(map[uint64]attempts), known: make(map[uint64]map[uint64]time.Time)}
}

// limit is a key and the number of failures that are free for it.
type limit struct {
	key  uint64
	free int
}

// try is a sign-in: whose, and what limits it.
type try struct {
	user   uint64
	limits []limit // the first is that of the user from the address
}

// try is a sign-in of a user from an address, limited for the user from there,
// for the address, and for the user if the address is new to him.
func (t *throttle) try(user, address string) try {
	user = strings.ToLower(user)
	pair := maphash.String(t.seed, "pair\x00"+user+"\x00"+address)
	one := try{maphash.String(t.seed, "user\x00"+user), []limit{{pair, freeForPair}, {maphash.String(t.seed, "address\x00"+address), freeForAddress}}}
	t.mu.Lock()
	defer t.mu.Unlock()
	if at, ok := t.known[one.user][pair]; !ok || t.old(at) {
		one.limits = append(one.limits, limit{one.user, freeForUser})
	}
	return one
}

// old tells whether a sign-in is too long ago for its address to be known.
func (t *throttle) old(at time.Time) bool { return t.now().Sub(at) >= knownFor }

// know notes that a user signed in from an address.
func (t *throttle) know(user, pair uint64) {
	makeRoom(t.known, t.max, func(of map[uint64]time.Time) bool {
		for _, at := range of {
			if !t.old(at) {
				return false
			}
		}
		return true
	})
	of := t.known[user]
	if of == nil {
		of = make(map[uint64]time.Time, 1)
		t.known[user] = of
	}
	of[pair] = t.now()
	if len(of) > knownEach {
		oldest := pair
		for other, at := range of {
			if at.Before(of[oldest]) {
				oldest = other
			}
		}
		delete(of, oldest)
	}
}

// begin takes note of a sign-in under way and tells how long to wait instead.
// It counts as failed until done says otherwise: many guesses at once are as
// many as one after another.
func (t *throttle) begin(one try) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	var wait time.Duration
	for _, l := range one.limits {
		a, ok := t.attempts[l.key]
		if !ok || a.failed < l.free || now.Sub(a.last) >= forgetAfter {
			continue
		}
		pause := longestWait
		if n := a.failed - l.free; n < 10 {
			pause = min(firstWait<<n, longestWait)
		}
		wait = max(wait, a.last.Add(pause).Sub(now))
	}
	if wait > 0 {
		return wait
	}
	for _, l := range one.limits {
		a := t.attempts[l.key]
		if now.Sub(a.last) >= forgetAfter {
			a.failed = 0
		}
		makeRoom(t.attempts, t.max, func(a attempts) bool { return now.Sub(a.last) >= forgetAfter })
		t.attempts[l.key] = attempts{a.failed + 1, now}
	}
	return 0
}

// done corrects what begin noted. A success forgets the failures of the user
// from the address, and no more than itself of the address and the user: else
// one good password would let its owner guess others', and who signs in often
// would let others guess on. What says nothing about the password counts
// nothing.
func (t *throttle) done(one try, success bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if success {
		t.know(one.user, one.limits[0].key)
	}
	for i, l := range one.limits {
		a, ok := t.attempts[l.key]
		switch {
		case !ok:
		case success && i == 0, a.failed <= 1:
			delete(t.attempts, l.key)
		default:
			a.failed--
			t.attempts[l.key] = a
		}
	}
}

// makeRoom makes room for more keys: for some at a time, so that looking
// through all of them is rare however many there are.
func makeRoom[V any](m map[uint64]V, most int, old func(V) bool) {
	if len(m) < most {
		return
	}
	for key, v := range m {
		if old(v) {
			delete(m, key)
		}
	}
	for key := range m { // any: a map's order is random
		if len(m) < most*7/8 {
			return
		}
		delete(m, key)
	}
}

// address is whom a request counts for: an IPv4 address, or the network that
// an IPv6 client has to itself.
func address(r *jumpgate.Request) string {
	ip := r.ClientAddr()
	if !ip.IsValid() {
		return r.RemoteAddr
	}
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// flights lets sign-ins with the same credentials at the same time share one
// question to the driver, whose clients often start many workers at once.
type flights struct {
	key [sha256.Size]byte // so that what is in memory can't be searched for passwords

	mu      sync.Mutex
	flights map[[sha256.Size]byte]*flight
}

type flight struct {
	done chan struct{}
	user *User
	err  error
}

func newFlights() *flights {
	f := &flights{flights: make(map[[sha256.Size]byte]*flight)}
	_, _ = rand.Read(f.key[:]) // never fails
	return f
}

var errAbandoned = errors.New("identity: the sign-in that this one shared did not end")

// do calls ask, or waits for the call that is under way for the same
// credentials and address.
func (f *flights) do(ctx context.Context, c Credentials, from string, ask func() (*User, error)) (*User, error) {
	mac := hmac.New(sha256.New, f.key[:])
	for _, part := range [...]string{c.UserID, c.UserName, c.DomainID, c.DomainName, string(c.Password), from} {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	var key [sha256.Size]byte
	mac.Sum(key[:0])

	f.mu.Lock()
	if other := f.flights[key]; other != nil {
		f.mu.Unlock()
		select {
		case <-other.done:
			return other.user, other.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	own := &flight{done: make(chan struct{}), err: errAbandoned}
	f.flights[key] = own
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.flights, key)
		f.mu.Unlock()
		close(own.done)
	}()
	own.user, own.err = ask()
	return own.user, own.err
}

func tooManyFailures(wait time.Duration) error {
	return &jumpgate.Error{
		Kind:       jumpgate.OverLimit,
		Message:    "Too many failed sign-ins. Try again later.",
		RetryAfter: wait,
	}
}

// checkPassword asks the driver who c is, if that is not asked too often.
func (s *service) checkPassword(r *jumpgate.Request, c Credentials) (*User, error) {
	if c.Password == "" {
		return nil, jumpgate.Unauthorized // to some directories that is a guest, whom they let in
	}
	from := address(r)
	return s.flights.do(r.Context(), c, from, func() (*User, error) {
		one := s.throttle.try(c.UserName+"\x00"+c.UserID+"\x00"+c.DomainID, from)
		if wait := s.throttle.begin(one); wait > 0 {
			return nil, tooManyFailures(wait)
		}
		// Others may be waiting for this answer when this client has gone.
		ctx := context.WithoutCancel(r.Context())
		if at, ok := r.Context().Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, at)
			defer cancel()
		}
		user, err := s.driver.Authenticate(ctx, c)
		if err == nil && (user == nil || user.ID == "" || user.Name == "") {
			err = errors.New("identity: the driver's user has no id or no name")
		}
		if err == nil || !errors.Is(err, jumpgate.Unauthorized) {
			s.throttle.done(one, err == nil)
		}
		if err != nil {
			return nil, refused(err)
		}
		return user, nil
	})
}
