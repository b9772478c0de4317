package passthrough_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/passthrough"
)

// clientCertificate is one that signs itself.
func clientCertificate(t *testing.T) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "gateway"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, parsed
}

// Upstream over TLS, with an authority of its own that asks for a client
// certificate: it answers to whoever has both, and is down to others.
func TestTLS(t *testing.T) {
	ours, parsed := clientCertificate(t)
	clients := x509.NewCertPool()
	clients.AddCert(parsed)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"client": "`+r.TLS.PeerCertificates[0].Subject.CommonName+`", "links": ["https://`+r.Host+`/up-image/v2/images", "http://`+r.Host+`/up-image/v2"]}`)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients}
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())

	for name, c := range map[string]struct {
		tls  *tls.Config
		want int
	}{
		"authority and certificate": {&tls.Config{RootCAs: roots, Certificates: []tls.Certificate{ours}}, http.StatusOK},
		"no certificate":            {&tls.Config{RootCAs: roots}, http.StatusServiceUnavailable},
		"unknown authority":         {&tls.Config{Certificates: []tls.Certificate{ours}}, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDriver(t, passthrough.Options{Endpoints: all(server.URL), TLS: c.tls})
			w := httptest.NewRecorder()
			newGateway(t, d, nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://cloud/image/v2/images", nil))
			if w.Code != c.want {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if want := `{"client": "gateway", "links": ["http://cloud/image/v2/images", "http://cloud/image/v2"]}`; c.want == http.StatusOK && w.Body.String() != want {
				t.Errorf("body %s", w.Body)
			}
		})
	}
}

// HTTP/2 on both sides: nothing of HTTP/1 may get into it, and nothing is lost.
func TestHTTP2(t *testing.T) {
	start := func(h http.Handler) *httptest.Server {
		s := httptest.NewUnstartedServer(h)
		s.EnableHTTP2 = true
		s.StartTLS()
		t.Cleanup(s.Close)
		return s
	}
	var up *httptest.Server
	up = start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Trailer", "X-Sum")
		_, _ = fmt.Fprintf(w, `{"proto": %q, "body": %d, "self": "%s/up-image/v2"}`, r.Proto, n, up.URL)
		w.Header().Set("X-Sum", "7")
	}))
	roots := x509.NewCertPool()
	roots.AddCert(up.Certificate())
	gw := start(newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(up.URL), TLS: &tls.Config{RootCAs: roots}}), nil))
	for _, size := range []int{0, 10, 1 << 20} {
		req, _ := http.NewRequestWithContext(t.Context(), "PUT", gw.URL+"/image/v2/images", strings.NewReader(strings.Repeat("x", size)))
		req.Header.Set("Te", "trailers")
		res, err := gw.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		equal(t, "answer", words(res.StatusCode, res.Proto, string(body), err),
			fmt.Sprintf(`200 HTTP/2.0 {"proto": "HTTP/2.0", "body": %d, "self": "%s/image/v2"} <nil>`, size, gw.URL))
		equal(t, "trailer", res.Trailer.Get("X-Sum"), "7")
	}
}
