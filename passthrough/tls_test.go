package passthrough_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
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
		_, _ = io.WriteString(w, `{"client": "`+r.TLS.PeerCertificates[0].Subject.CommonName+`", "links": ["https://`+r.Host+`/up-image/v2/images"]}`)
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
			if want := `{"client": "gateway", "links": ["http://cloud/image/v2/images"]}`; c.want == http.StatusOK && w.Body.String() != want {
				t.Errorf("body %s", w.Body)
			}
		})
	}
}
