package compute_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestHugePatterns: a pattern that would cost seconds and hundreds of megabytes
// is refused before it is compiled.
func TestHugePatterns(t *testing.T) {
	gw := newGateway(t, newCloud())
	for _, p := range []string{
		strings.Repeat("((a{0,30}){0,30}b)", 1300),
		"((((a{0,9}){0,9}){0,9}){0,9}){0,9}",
		strings.Repeat("(a{0,900}b)", 3),
		strings.Repeat("a", 256),
	} {
		for _, path := range []string{"/v2.1/servers/detail?name=", "/v2.1/servers?key_name=", "/v2/" + project + "/servers?ip="} {
			if w := do(gw, http.MethodGet, path+url.QueryEscape(p), ""); w.Code != http.StatusBadRequest {
				t.Errorf("%s and %.30s: %d, want 400", path, p, w.Code)
			}
		}
	}
	for _, p := range []string{"web", "^web-[0-9]{1,3}$", strings.Repeat("a", 255)} {
		if w := do(gw, http.MethodGet, "/v2.1/servers?name="+url.QueryEscape(p), ""); w.Code != http.StatusOK {
			t.Errorf("%.30s: %d, want 200", p, w.Code)
		}
	}
}

// TestKeypairKeptVerbatim: what is at the end of a key belongs to it.
func TestKeypairKeptVerbatim(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@here\n"
	d := &keeper{}
	gw := newGateway(t, d)
	body := `{"keypair": {"name": "k", "public_key": "` + strings.ReplaceAll(key, "\n", `\n`) + `"}}`
	if w := do(gw, http.MethodPost, "/v2.1/os-keypairs", body); w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if d.key != key {
		t.Errorf("kept %q, want %q", d.key, key)
	}
}

func TestCertificates(t *testing.T) {
	d := &keeper{}
	gw := newGateway(t, d)
	w := do(gw, http.MethodPost, "/v2.1/os-keypairs", `{"keypair": {"name": "k", "type": "x509"}}`, "OpenStack-API-Version", "compute 2.2")
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"type": "x509"`) || !strings.Contains(w.Body.String(), "PRIVATE KEY") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if !strings.HasPrefix(d.key, "-----BEGIN CERTIFICATE-----") {
		t.Errorf("kept %q", d.key)
	}
	body := `{"keypair": {"name": "k", "type": "x509", "public_key": "` + strings.ReplaceAll(d.key, "\n", `\n`) + `"}}`
	if w := do(gw, http.MethodPost, "/v2.1/os-keypairs", body, "OpenStack-API-Version", "compute 2.2"); w.Code != http.StatusCreated {
		t.Errorf("its own certificate: %d %s", w.Code, w.Body)
	}
	for _, wrong := range []string{"ssh", "x509"} {
		key := map[string]string{"ssh": strings.ReplaceAll(d.key, "\n", `\n`), "x509": "ssh-rsa AAAA"}[wrong]
		body := `{"keypair": {"name": "k", "type": "` + wrong + `", "public_key": "` + key + `"}}`
		if w := do(gw, http.MethodPost, "/v2.1/os-keypairs", body, "OpenStack-API-Version", "compute 2.2"); w.Code != http.StatusBadRequest {
			t.Errorf("the other kind of key for %s: %d", wrong, w.Code)
		}
	}
}

// keeper keeps the last key.
type keeper struct{ key string }

func (d *keeper) ImportKeypair(_ context.Context, name, key string) (*compute.Keypair, error) {
	d.key = key
	return &compute.Keypair{ID: 1, Name: name, PublicKey: key}, nil
}
