package passthrough_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/softlayer/jumpgate/passthrough"
)

// keystone is a fake one: it grants tokens for user "gateway" and any project,
// and knows the tokens in users.
type keystone struct {
	*httptest.Server
	catalog any

	mu        sync.Mutex
	granted   map[string]string // token: project
	lifetime  time.Duration
	users     map[string]string // token: project
	down      bool
	slow      time.Duration
	signIns   int
	validated int
}

func newKeystone(t testing.TB) *keystone {
	k := &keystone{granted: map[string]string{}, users: map[string]string{}, lifetime: time.Hour}
	k.Server = upstream(t, k.serve)
	return k
}

func (k *keystone) cloud(project string) passthrough.Cloud {
	return passthrough.Cloud{Auth: gophercloud.AuthOptions{
		IdentityEndpoint: k.URL + "/v3", Username: "gateway", Password: "pw", DomainName: "Default", TenantID: project,
	}}
}

// change alters the fake while it serves.
func (k *keystone) change(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f()
}

func (k *keystone) counts() (signIns, validated int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.signIns, k.validated
}

func (k *keystone) serve(w http.ResponseWriter, req *http.Request) {
	k.mu.Lock()
	slow := k.slow
	k.mu.Unlock()
	time.Sleep(slow)
	k.mu.Lock()
	defer k.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	fail := func(status int) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %d, "message": "secret detail"}}`, status)
	}
	switch {
	case k.down:
		fail(503)
	case req.URL.Path != "/v3/auth/tokens":
		fail(404)
	case req.Method == "POST":
		k.signIns++
		var body struct {
			Auth struct {
				Identity struct {
					Password struct {
						User struct{ Name, Password string }
					}
				}
				Scope struct{ Project struct{ ID string } }
			}
		}
		_ = json.NewDecoder(req.Body).Decode(&body)
		if u := body.Auth.Identity.Password.User; u.Name != "gateway" || u.Password != "pw" {
			fail(401)
			return
		}
		id := fmt.Sprintf("granted-%d", k.signIns)
		k.granted[id] = body.Auth.Scope.Project.ID
		w.Header().Set("X-Subject-Token", id)
		w.WriteHeader(201)
		k.show(w, "gateway", k.granted[id], time.Now().Add(k.lifetime))
	case k.granted[req.Header.Get("X-Auth-Token")] == "":
		fail(401)
	default:
		k.validated++
		subject := req.Header.Get("X-Subject-Token")
		project, ok := k.users[subject]
		if !ok {
			fail(404)
			return
		}
		w.Header().Set("X-Subject-Token", subject)
		k.show(w, "user-"+project, project, time.Now().Add(k.lifetime))
	}
}

func (k *keystone) show(w http.ResponseWriter, user, project string, expires time.Time) {
	_ = json.NewEncoder(w).Encode(map[string]any{"token": map[string]any{
		"expires_at": expires.UTC().Format("2006-01-02T15:04:05.000000Z"),
		"issued_at":  time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
		"user":       map[string]any{"id": user, "name": user, "domain": map[string]any{"id": "default", "name": "Default"}},
		"project":    map[string]any{"id": project, "name": strings.ToUpper(project), "domain": map[string]any{"id": "default"}},
		"roles":      []any{map[string]any{"id": "1", "name": "member"}},
		"catalog":    k.catalog,
	}})
}

// entry is a service of a catalog with one address an interface.
func entry(kind, region string, urls ...string) map[string]any {
	var endpoints []any
	for i, url := range urls {
		endpoints = append(endpoints, map[string]any{
			"id": kind, "region": region, "region_id": region, "url": url, "interface": []string{"public", "internal", "admin"}[i],
		})
	}
	return map[string]any{"type": kind, "name": kind, "id": kind, "endpoints": endpoints}
}
