package passthrough

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/softlayer/jumpgate"
)

var testLinks = links{
	bases: []base{
		{url: "http://up:8774/nested", service: "volume"},
		{url: "http://up:8774", service: "compute"},
		{url: "https://up", service: "identity"},
		{url: "http://unserved", service: "none"},
	},
	to: func(b base) string {
		if b.service == "none" {
			return ""
		}
		return "http://jg/" + string(b.service)
	},
}

func rewritten(text string) string {
	out, _ := testLinks.appendJSON(nil, []byte(text), 0, true)
	return string(out)
}

func TestLinksInJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"href": "http://up:8774/v2.1/"}`:            `{"href": "http://jg/compute/v2.1/"}`,
		`["http://up:8774"]`:                          `["http://jg/compute"]`,
		`["http://up:8774?a=b","http://up:8774#x"]`:   `["http://jg/compute?a=b","http://jg/compute#x"]`,
		`["http://up:8774/nested/x"]`:                 `["http://jg/volume/x"]`,
		`["http://up:8774/nestedx"]`:                  `["http://jg/compute/nestedx"]`,
		`["https://up/v3"]`:                           `["http://jg/identity/v3"]`,
		`["http:\/\/up:8774\/v2.1\/"]`:                `["http:\/\/jg\/compute\/v2.1\/"]`,
		`["http://up:87740/", "http://up:8774.evil"]`: `["http://up:87740/", "http://up:8774.evil"]`,
		`["http://up:8774@evil/"]`:                    `["http://up:8774@evil/"]`,
		`["see http://up:8774/v2.1/"]`:                `["see http://up:8774/v2.1/"]`,
		`["say \"http://up:8774/\""]`:                 `["say \"http://up:8774/\""]`,
		`["http://unserved/v1"]`:                      `["http://unserved/v1"]`,
		`["http://other/", "http", "httpx"]`:          `["http://other/", "http", "httpx"]`,
		`"http://up:8774`:                             `"http://up:8774`, // no end
		`"http`:                                       `"http`,
		``:                                            ``,
	} {
		if got := rewritten(in); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestLinksInHeaders(t *testing.T) {
	for in, want := range map[string]string{
		`http://up:8774/v2.1/`:                  `http://jg/compute/v2.1/`,
		`http://up:8774`:                        `http://jg/compute`,
		`Keystone uri="https://up/v3"`:          `Keystone uri="http://jg/identity/v3"`,
		`Keystone uri='https://up'`:             `Keystone uri='http://jg/identity'`,
		`<https://up/a>; rel=next, <http://x/>`: `<http://jg/identity/a>; rel=next, <http://x/>`,
		`http://evil/?http://up:8774/`:          `http://evil/?http://up:8774/`,
		`http://up:87741/`:                      `http://up:87741/`,
		`http://http://up:8774/`:                `http://http://up:8774/`,
		`http://unserved/`:                      `http://unserved/`,
		`/v2`:                                   `/v2`,
		``:                                      ``,
	} {
		if got := testLinks.text(in); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
}

// oracle is the rule in other words: every quote without a backslash before
// it, whatever base fits behind it.
func oracle(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		b.WriteByte(text[i])
		if text[i] != '"' || i > 0 && text[i-1] == '\\' {
			continue
		}
		if to, n := testLinks.match([]byte(text[i+1:])); n > 0 {
			b.WriteString(to)
			i += n
		}
	}
	return b.String()
}

// chunks is a reader that gives what it has in random pieces.
type chunks struct {
	rest   []byte
	random *rand.Rand
	max    int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := min(1+c.random.IntN(c.max), len(p), len(c.rest))
	copy(p, c.rest[:n])
	c.rest = c.rest[n:]
	if len(c.rest) == 0 && c.random.IntN(2) == 0 {
		return n, io.EOF
	}
	return n, nil
}

// pieces are what texts of the tests are made of.
var pieces = []string{`"http://up:8774`, `"http://up:8774/nested`, `"https://up`, `http:\/\/up:8774`, `"http:\/\/up:8774\/nested\/`,
	`"`, `\`, `/`, `"http`, `"ht`, `:`, `//`, `?`, `0`, `"http://unserved/`, `{"a": [`, ` `, `http://up:8774/`, strings.Repeat("x", 300)}

func TestStreamEqualsWhole(t *testing.T) {
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for range random.IntN(60) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if seed%100 == 0 { // more than the buffers hold
			b.WriteString(strings.Repeat(b.String()+" ", 1+300_000/(b.Len()+1)))
		}
		checkStream(t, b.String(), seed)
	}
}

func checkStream(t *testing.T, text string, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	src := &chunks{[]byte(text), random, 1 + random.IntN(1+len(text))}
	var reader io.Reader = newLinkReader(src, testLinks)
	if seed%3 == 0 {
		reader = iotest.HalfReader(reader)
	}
	got, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if want := oracle(text); string(got) != want || rewritten(text) != want {
		t.Fatalf("seed %d: %.300q\n got %.300q\nwant %.300q", seed, text, got, want)
	}
}

func FuzzStreamEqualsWhole(f *testing.F) {
	for i, p := range pieces {
		f.Add(strings.Join(pieces[:i], "")+p, uint64(i))
	}
	f.Fuzz(checkStream)
}

// FuzzLinksAreStable holds that nothing of an answer is lost or doubled: what
// was rewritten is JSON of the same shape, and is not rewritten again.
func FuzzLinksAreStable(f *testing.F) {
	for _, p := range pieces {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := rewritten(text)
		if twice := rewritten(once); twice != once {
			t.Errorf("%q: then %q, then %q", text, once, twice)
		}
		if header := testLinks.text(text); testLinks.text(header) != header {
			t.Errorf("%q as a header is not stable", text)
		}
	})
}

func TestStreamError(t *testing.T) {
	broken := errors.New("broken")
	text := `["http://up:8774/v2.1/", "http://up:87`
	got, err := io.ReadAll(newLinkReader(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), testLinks))
	if !errors.Is(err, broken) || string(got) != `["http://jg/compute/v2.1/", "http://up:87` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestRecode(t *testing.T) {
	text := strings.Repeat(`{"href": "http://up:8774/v2.1/servers", "x": "`+strings.Repeat("y", 100)+`"}`, 5000)
	compressors := map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"Deflate": func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f },
	}
	readers := map[string]func(io.Reader) (io.Reader, error){
		"gzip":    func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"deflate": func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		"Deflate": func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
	}
	rewrite := func(r io.Reader) io.Reader { return newLinkReader(r, testLinks) }
	for name, compress := range compressors {
		var b bytes.Buffer
		w := compress(&b)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		whole := b.Bytes()
		for range 2 { // the second time with a compressor of the pool
			plain, err := readers[name](recode(iotest.OneByteReader(bytes.NewReader(whole)), name, rewrite))
			if err != nil {
				t.Fatal(name, err)
			}
			got, err := io.ReadAll(plain)
			if err != nil || string(got) != rewritten(text) {
				t.Errorf("%s: %v, %d bytes, want %d", name, err, len(got), len(rewritten(text)))
			}
		}
		if _, err := io.ReadAll(recode(bytes.NewReader(whole[:len(whole)/2]), name, rewrite)); err == nil {
			t.Errorf("%s: half a body looks whole", name)
		}
	}
	if _, err := io.ReadAll(recode(strings.NewReader("no gzip"), "gzip", rewrite)); err == nil {
		t.Error("rubbish is no error")
	}
	if recode(strings.NewReader(""), "br", rewrite) != nil {
		t.Error("br is known")
	}
}

func TestParseRoot(t *testing.T) {
	for in, want := range map[string]string{
		"http://h:8774":                      "http://h:8774",
		"http://h:8774/":                     "http://h:8774",
		"http://h:8774/v2.1":                 "http://h:8774",
		"http://h:8776/v3/%(project_id)s":    "http://h:8776",
		"http://h:8776/v3/$(tenant_id)s/":    "http://h:8776",
		"https://h/volume/v3/0123456789abcd": "https://h/volume",
		"https://h/identity":                 "https://h/identity",
		"https://h/vault":                    "https://h/vault",
	} {
		u, err := parseRoot(in)
		if err != nil || u.String() != want {
			t.Errorf("%s: got %v, %v", in, u, err)
		}
	}
	for _, in := range []string{"", "h:8774", "/v3", "ftp://h", "http://", "http://user@h/", "http://h/?a=b", "http://h/#f"} {
		if u, err := parseRoot(in); err == nil {
			t.Errorf("%q: got %v", in, u)
		}
	}
}

// A service behind TLS that is not its own says http in its links.
func TestEitherScheme(t *testing.T) {
	p, err := newPlaces(Options{
		Endpoints: map[jumpgate.Service]string{
			jumpgate.Identity: "https://up:5000",
			jumpgate.Compute:  "https://cloud/compute",
			jumpgate.Image:    "http://named:9292",
			jumpgate.Volume:   "https://named:9292",
			jumpgate.Network:  "http://[fd00::1]:80/net",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l := links{p.bases, func(b base) string { return "//jg/" + string(b.service) }}
	for in, want := range map[string]string{
		"http://up:5000/v3/":            "//jg/identity/v3/",
		"https://up:5000/v3/":           "//jg/identity/v3/",
		"http://up/v3/":                 "http://up/v3/", // another port
		"http://cloud/compute/v2.1":     "//jg/compute/v2.1",
		"http://cloud:443/compute/v2.1": "//jg/compute/v2.1",
		"http://cloud:80/compute/v2.1":  "http://cloud:80/compute/v2.1",
		"http://named:9292/v2":          "//jg/image/v2", // what somebody named goes first
		"https://named:9292/v3":         "//jg/volume/v3",
		"http://[fd00::1]:80/net/v2.0":  "//jg/network/v2.0",
		"https://[fd00::1]:80/net/v2.0": "//jg/network/v2.0",
		"http://[fd00::1]/net/v2.0":     "//jg/network/v2.0", // as clients that leave the usual port out write it
		"http://[fd00::1]:81/net/v2.0":  "http://[fd00::1]:81/net/v2.0",
		"http://[fd00::2]/net/v2.0":     "http://[fd00::2]/net/v2.0",
	} {
		if got := l.text(in); got != want {
			t.Errorf("header %s: got %s, want %s", in, got, want)
		}
		got, _ := l.appendJSON(nil, []byte(`"`+in+`"`), 0, true)
		if string(got) != `"`+want+`"` {
			t.Errorf("JSON %s: got %s, want %s", in, got, want)
		}
	}
}

func TestIdentityHeaders(t *testing.T) {
	for name, stripped := range map[string]bool{
		"X-User-Id": true, "X-Roles": true, "X_Roles": true, "x_user_id": true, "X-Project-Name": true, "X_project-Id": true,
		"X-Is-Admin-Project": true, "Openstack-System-Scope": true, "X-Tenant": true, "X-Tenant-Id": true,
		"X-Service-Roles": true, "X-Auth-Key": true, "X-Identity-Status": true, "X-Domain-Id": true, "X-Role": true, "X-User": true,
		"X-Auth-Token": false, "X-Service-Token": false, "X-Subject-Token": false, "X-Openstack-Request-Id": false,
		"Openstack-Api-Version": false, "X-Image-Meta-Name": false,
	} {
		h := map[string][]string{name: {"x"}}
		stripIdentity(h)
		if (len(h) == 0) != stripped {
			t.Errorf("%s: stripped %t", name, len(h) == 0)
		}
	}
}

func TestKnownCodings(t *testing.T) {
	for in, want := range map[string]string{
		"gzip, deflate":                 "gzip, deflate",
		"gzip, deflate, br, zstd":       "gzip, deflate",
		"br;q=1.0, gzip;q=0.8, *;q=0.1": "gzip;q=0.8",
		"br":                            "identity",
		"identity;q=0, gzip":            "identity;q=0, gzip",
		"":                              "identity",
		"GZIP ;q=0.5":                   "GZIP ;q=0.5",
	} {
		if got := knownCodings([]string{in}); len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if knownCodings(nil) != nil {
		t.Error("a client that says nothing accepts nothing particular")
	}
}
