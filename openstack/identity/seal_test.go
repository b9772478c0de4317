package identity

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/softlayer/jumpgate"
)

func sample() *token {
	return &token{
		principal: jumpgate.Principal{
			UserID: "a73579bc34254576bc72b597848c94d1", UserName: "demo", UserDomainID: domainID,
			ProjectID: "60a20c5592da49719d9e0ddce9adeb3e", ProjectName: "Example Company Inc.",
			Roles: []string{"reader", "member"}, Credential: jumpgate.Secret("SL123456:" + strings.Repeat("0f1e", 16)),
		},
		defaultProject: "60a20c5592da49719d9e0ddce9adeb3e",
		methods:        password, issued: 1795449803, expires: 1795453403, audit: AuditID{1, 2, 3},
	}
}

func TestSeal(t *testing.T) {
	ring := newRandomKeyRing()
	for name, change := range map[string]func(*token){
		"usual":       func(*token) {},
		"rescoped":    func(t *token) { t.parent, t.methods = AuditID{9}, password|byToken },
		"unscoped":    func(t *token) { t.principal.ProjectID, t.principal.ProjectName, t.principal.Roles = "", "", []string{} },
		"no default":  func(t *token) { t.defaultProject = "" },
		"other roles": func(t *token) { t.principal.Roles = []string{"admin", "Wärter", "x"} },
		"numbers and dashes": func(t *token) {
			t.principal.UserID, t.principal.ProjectID = "123456", "9d3c2f4e-0d3a-4b6e-a7de-0123456789ab"
		},
		"long credential":  func(t *token) { t.principal.Credential = jumpgate.Secret(strings.Repeat("k", 500)) },
		"everything empty": func(t *token) { *t = token{principal: jumpgate.Principal{UserDomainID: domainID, Roles: []string{}}} },
		"several runs": func(t *token) {
			t.principal.Credential = jumpgate.Secret(strings.Repeat("0123456789abcdef-", 7) + "ABCDEF")
		},
		"another domain": func(t *token) { t.principal.UserDomainID = "d"; t.trust = "t" },
		"a domain's": func(t *token) {
			t.principal.ProjectID, t.principal.ProjectName, t.principal.DomainID = "", "", "0123456789abcdef0123456789abcdef"
		},
		"the system's": func(t *token) {
			t.principal.ProjectID, t.principal.ProjectName, t.principal.SystemScope = "", "", "all"
		},
		"odd run": func(t *token) { t.principal.UserName = "f0123456789abcdef" },
	} {
		want := sample()
		change(want)
		if want.principal.ProjectID != "" {
			want.principal.ProjectDomainID = domainID
		}
		id := want.seal(ring)
		got, ok := unseal(ring, id)
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		if id[0] != 'g' {
			t.Errorf("%s: token %s does not begin with g", name, id)
		}
		t.Logf("%s: %d characters", name, len(id))
		if len(id) > 1024 || name == "usual" && len(id) > 255 {
			t.Errorf("%s: %d characters", name, len(id))
		}
	}
	if a, b := sample().seal(ring), sample().seal(ring); a == b {
		t.Error("two tokens are alike")
	}
}

// FuzzDecode: no plaintext panics, and what is read is written the same way.
func FuzzDecode(f *testing.F) {
	ring := newRandomKeyRing()
	id := sample().seal(ring)
	raw, _ := encoding.DecodeString(id)
	plain, _ := ring.open(nil, raw)
	f.Add(string(plain))
	f.Add("\x00\x01")
	f.Fuzz(func(t *testing.T, plain string) {
		tok, ok := decode(plain)
		if !ok {
			return
		}
		again, ok := unseal(ring, tok.seal(ring))
		if ok && !reflect.DeepEqual(tok.principal.UserID, again.principal.UserID) {
			t.Errorf("%+v, again %+v", tok, again)
		}
	})
}

func TestRandomStrings(t *testing.T) {
	for n := range 200 {
		b := make([]byte, n)
		_, _ = rand.Read(b)
		for _, s := range []string{string(b), hex.EncodeToString(b), "user:" + hex.EncodeToString(b) + "!"} {
			d := decoder{rest: string(appendString(nil, s))}
			if got := d.string(); got != s || d.failed || d.rest != "" {
				t.Errorf("%q becomes %q", s, got)
			}
		}
	}
}

func keyOf(b byte) []byte {
	key := make([]byte, KeySize)
	for i := range key {
		key[i] = b + byte(i)
	}
	return key
}

func TestKeyRing(t *testing.T) {
	for name, keys := range map[string][][]byte{
		"none": nil, "short": {keyOf(1)[:31]}, "NULL key": {make([]byte, KeySize)}, "second short": {keyOf(1), {1}},
	} {
		if _, err := NewKeyRing(keys...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	older, _ := NewKeyRing(keyOf(1))
	newer, _ := NewKeyRing(keyOf(2), keyOf(1))
	id := sample().seal(older)
	if _, ok := unseal(newer, id); !ok {
		t.Error("a secondary key does not open")
	}
	if _, ok := unseal(older, sample().seal(newer)); ok {
		t.Error("a key that is not in the ring opens")
	}
}

// TestRotation: through any number of rotations no valid token is refused,
// by a replica that has rotated or by one that has not yet.
func TestRotation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	const keys = 4
	if err := RotateKeys(dir, keys); err != nil {
		t.Fatal(err)
	}
	files := func() string {
		n, err := keyFiles(dir)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(n)
	}
	if f := files(); f != "[0 1]" {
		t.Fatalf("first keys %s", f)
	}
	open := func() *KeyRing {
		r, err := OpenKeyRing(dir)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	fast, slow := open(), open()
	var ids []string
	for i := range 10 {
		if err := RotateKeys(dir, keys); err != nil {
			t.Fatal(err)
		}
		if err := fast.Reload(); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, sample().seal(fast), sample().seal(slow))
		for j, id := range ids[max(0, len(ids)-2*(keys-2)):] {
			if _, ok := unseal(fast, id); !ok {
				t.Errorf("rotation %d: token %d is refused", i, j)
			}
		}
		for _, id := range ids[len(ids)-2:] {
			if _, ok := unseal(slow, id); !ok {
				t.Errorf("rotation %d: refused by a replica that did not reload yet", i)
			}
		}
		if err := slow.Reload(); err != nil {
			t.Fatal(err)
		}
	}
	if f := files(); f != "[0 9 10 11]" {
		t.Errorf("keys %s after ten rotations", f)
	}
	if _, ok := unseal(fast, ids[0]); ok {
		t.Error("a key that is gone still opens")
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, _ := e.Info(); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("directory has mode %v", info.Mode())
	}
}

// TestReload: what can't be read leaves the keys as they were.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	if err := RotateKeys(dir, 3); err != nil {
		t.Fatal(err)
	}
	ring, err := OpenKeyRing(dir)
	if err != nil {
		t.Fatal(err)
	}
	id := sample().seal(ring)
	for name, spoil := range map[string]func(){
		"half a key":   func() { _ = os.WriteFile(filepath.Join(dir, "2"), []byte("c2hvcnQ="), 0o600) },
		"no base64":    func() { _ = os.WriteFile(filepath.Join(dir, "2"), []byte("SECRET but no key?!"), 0o600) },
		"open to all":  func() { _ = os.Chmod(filepath.Join(dir, "1"), 0o644) },
		"no keys":      func() { _ = os.Remove(filepath.Join(dir, "0")); _ = os.Remove(filepath.Join(dir, "1")) },
		"no directory": func() { _ = os.RemoveAll(dir) },
	} {
		spoil()
		if err := ring.Reload(); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok := unseal(ring, id); !ok {
			t.Errorf("%s: the good keys are gone", name)
		}
		_ = os.RemoveAll(dir)
		if err := RotateKeys(dir, 3); err != nil {
			t.Fatal(err)
		}
	}
	if err := RotateKeys(dir, 2); err == nil {
		t.Error("a rotation with no place for a secondary key")
	}
	// A rotation that was cut off before it made the new staged key.
	_ = os.Remove(filepath.Join(dir, "0"))
	if err := RotateKeys(dir, 3); err != nil {
		t.Error(err)
	}
	if n, _ := keyFiles(dir); fmt.Sprint(n) != "[0 1]" {
		t.Errorf("keys %v", n)
	}
}

// TestWatch: a ring that is watched has a new key within the interval, and
// tells of failures.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	if err := RotateKeys(dir, 3); err != nil {
		t.Fatal(err)
	}
	ring, err := OpenKeyRing(dir)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var failures atomic.Int64
		go ring.Watch(ctx, time.Minute, func(error) { failures.Add(1) })
		before := ring.keys.Load()
		if err := RotateKeys(dir, 3); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Second)
		synctest.Wait()
		after := ring.keys.Load()
		if after == before || failures.Load() != 0 {
			t.Errorf("not reloaded; %d failures", failures.Load())
		}
		_ = os.RemoveAll(dir)
		time.Sleep(time.Minute)
		synctest.Wait()
		if ring.keys.Load() != after || failures.Load() != 1 {
			t.Errorf("reloaded from nothing; %d failures", failures.Load())
		}
		cancel()
		synctest.Wait()
	})
}

func TestMemory(t *testing.T) {
	now := time.Unix(1000, 0)
	m := NewMemoryRevocations(func() time.Time { return now })
	m.max = 3
	ctx := context.Background()
	is := func(id byte, want bool) {
		t.Helper()
		if got, _ := m.Revoked(ctx, AuditID{id}); got != want {
			t.Errorf("%d revoked: %v", id, got)
		}
	}
	for i := byte(1); i <= 3; i++ {
		_ = m.Revoke(ctx, AuditID{i}, now.Add(time.Duration(i)*time.Minute))
		_ = m.Revoke(ctx, AuditID{i}, now.Add(time.Hour))
	}
	is(1, true)
	is(4, false)
	if err := m.Revoke(ctx, AuditID{4}, now.Add(time.Hour)); !errors.Is(err, jumpgate.OverLimit) {
		t.Errorf("one more than an account may revoke: %v", err)
	}
	other := jumpgate.WithPrincipal(ctx, &jumpgate.Principal{UserID: "other"})
	for i := byte(4); i <= 6; i++ {
		if err := m.Revoke(other, AuditID{i}, now.Add(time.Hour)); err != nil {
			t.Errorf("another account: %v", err)
		}
	}
	is(1, true) // whatever others revoke
	is(4, true)
	now = now.Add(10 * time.Minute)
	if err := m.Revoke(ctx, AuditID{7}, now.Add(time.Hour)); err != nil {
		t.Errorf("after the others expired: %v", err)
	}
	if len(m.revoked) != 4 || len(m.order) != 4 || m.of[""] != 1 {
		t.Errorf("%d entries, %d in order, want the four that are not expired", len(m.revoked), len(m.order))
	}
}

func BenchmarkValidate(b *testing.B) {
	old, _ := NewKeyRing(keyOf(3))
	ring, _ := NewKeyRing(keyOf(1), keyOf(2), keyOf(3))
	s := &service{keys: ring, now: time.Now, revocations: NewMemoryRevocations(time.Now)}
	for name, by := range map[string]*KeyRing{"primary": ring, "third": old} {
		b.Run(name, func(b *testing.B) {
			tok := sample()
			tok.issued, tok.expires = time.Now().Unix(), time.Now().Unix()+3600
			id := tok.seal(by)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.validate(context.Background(), id, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	ring := newRandomKeyRing()
	tok := sample()
	b.ReportAllocs()
	for b.Loop() {
		_ = tok.seal(ring)
	}
}

// TestValidateCost holds the price of the hook: it is paid by every request.
func TestValidateCost(t *testing.T) {
	old, _ := NewKeyRing(keyOf(3))
	ring, _ := NewKeyRing(keyOf(1), keyOf(2), keyOf(3))
	s := &service{keys: ring, now: time.Now, revocations: NewMemoryRevocations(time.Now)}
	tok := sample()
	tok.issued, tok.expires = time.Now().Unix(), time.Now().Unix()+3600
	id := tok.seal(old)
	if n := testing.AllocsPerRun(100, func() { _, _ = s.validate(context.Background(), id, 0) }); n > 15 {
		t.Errorf("%v allocations, want at most 15", n)
	}
}

// TestThrottleMemory: names and addresses without end take bounded memory.
func TestThrottleMemory(t *testing.T) {
	now := time.Unix(0, 0)
	th := newThrottle(func() time.Time { return now })
	th.max = 100
	for i := range 10_000 {
		th.begin(th.try(fmt.Sprint("user", i), fmt.Sprint("address", i)))
	}
	if n := len(th.attempts); n > 100 {
		t.Errorf("%d keys", n)
	}
	now = now.Add(forgetAfter)
	for i := range 20 {
		th.begin(th.try(fmt.Sprint("later", i), fmt.Sprint("later", i)))
	}
	if n := len(th.attempts); n != 60 {
		t.Errorf("%d keys after all others were forgotten, want 60", n)
	}
}

// TestKnownAddresses: whoever signs in from very many addresses makes no other
// user's address forgotten.
func TestKnownAddresses(t *testing.T) {
	now := time.Unix(0, 0)
	th := newThrottle(func() time.Time { return now })
	th.max = 100
	free := func(user, address string) bool { return len(th.try(user, address).limits) == 2 }
	th.done(th.try("victim", "home"), true)
	for i := range 10_000 {
		now = now.Add(time.Second)
		th.done(th.try("crowd", fmt.Sprint("address", i)), true)
	}
	if !free("victim", "home") {
		t.Error("the victim's address is forgotten")
	}
	if n := len(th.known[th.try("crowd", "").user]); n > knownEach || !free("crowd", "address9999") || free("crowd", "address1") {
		t.Errorf("%d known addresses of the crowd, the last known: %v", n, free("crowd", "address9999"))
	}
	now = now.Add(knownFor)
	for i := range 200 {
		th.done(th.try(fmt.Sprint("later", i), "home"), true)
	}
	if n := len(th.known); n > 100 || free("victim", "home") {
		t.Errorf("%d users with known addresses", n)
	}
}
