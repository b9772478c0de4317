package softlayer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestCertificates: key pairs of type x509 are made, imported, listed, shown and
// deleted, each project's own; what SoftLayer could not give to a server is not
// ordered.
func TestCertificates(t *testing.T) {
	w := newWorld(t, setup{})
	const keys = "/compute/v2.1/os-keypairs"
	type pair struct {
		Name, Type  string
		PublicKey   string `json:"public_key"`
		PrivateKey  string `json:"private_key"`
		Fingerprint string
	}
	var made, shown struct{ Keypair pair }
	at2 := []string{"OpenStack-API-Version", "compute 2.2"}
	w.expect("POST", keys, `{"keypair":{"name":"windows","type":"x509"}}`, http.StatusCreated, &made, at2...)
	if k := made.Keypair; k.Type != "x509" || !strings.HasPrefix(k.PublicKey, "-----BEGIN CERTIFICATE") || k.PrivateKey == "" || k.Fingerprint == "" {
		t.Errorf("%+v", k)
	}
	w.expect("POST", keys, `{"keypair":{"name":"windows","type":"x509"}}`, http.StatusConflict, nil, at2...)
	w.expect("POST", keys, `{"keypair":{"name":"windows","public_key":"`+publicKey+`"}}`, http.StatusConflict, nil, at2...)
	w.expect("GET", keys+"/windows", "", http.StatusOK, &shown, at2...)
	if shown.Keypair.PublicKey != made.Keypair.PublicKey || shown.Keypair.Fingerprint != made.Keypair.Fingerprint || shown.Keypair.Type != "x509" {
		t.Errorf("%+v", shown)
	}
	w.expect("POST", keys, `{"keypair":{"name":"linux","public_key":"`+publicKey+`"}}`, http.StatusCreated, nil, at2...)
	w.expect("POST", keys, `{"keypair":{"name":"linux","type":"x509"}}`, http.StatusConflict, nil, at2...)
	var list struct{ Keypairs []struct{ Keypair pair } }
	w.expect("GET", keys, "", http.StatusOK, &list, at2...)
	if len(list.Keypairs) != 2 {
		t.Errorf("%+v", list)
	}
	if a := w.raw(simulator.AltUser, "GET", keys+"/windows", "", at2...); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}
	if message := w.expect("POST", "/compute/v2.1/servers", order(map[string]any{"key_name": "windows"}), http.StatusBadRequest, nil); !strings.Contains(message, "is a certificate") {
		t.Error(message)
	}
	w.expect("DELETE", keys+"/windows", "", http.StatusNoContent, nil, at2...)
	w.expect("DELETE", keys+"/windows", "", http.StatusNotFound, nil, at2...)
	w.expect("GET", keys+"/windows", "", http.StatusNotFound, nil, at2...)
}
