package passthrough_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

// whoami is a driver whose servers endpoint says who asks.
var whoami = jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	if disp.Service() != jumpgate.Compute {
		return nil
	}
	versions := jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { return "versions", nil }}
	servers := jumpgate.Methods{"GET": func(r *jumpgate.Request) (any, error) {
		p := r.Env.Principal
		return fmt.Sprintf("%s %s %s %s %v %s", p.UserID, p.ProjectID, p.ProjectName, p.ProjectDomainID, p.Roles, string(p.Credential)), nil
	}}
	if err := disp.SetHandler("index", versions); err != nil {
		return err
	}
	return disp.SetHandler("v21_servers", servers)
})

// tokensAt starts a Gateway whose identity is k's and whose compute is whoami.
func tokensAt(t *testing.T, k *keystone, opts passthrough.TokenOptions) string {
	t.Helper()
	cloud := k.cloud("admin")
	d := newDriver(t, passthrough.Options{Endpoints: all(k.URL), Cloud: &cloud})
	gw := newGateway(t, d, map[jumpgate.Service]jumpgate.Driver{jumpgate.Compute: whoami})
	hook, err := d.TokenHook(opts)
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(hook)
	return front(t, gw).URL
}

func TestTokenHook(t *testing.T) {
	k := newKeystone(t)
	k.users["alice"], k.users["bob"], k.users["carol"] = "p1", "p2", "p3"
	gw := tokensAt(t, k, passthrough.TokenOptions{Credentials: map[string]jumpgate.Secret{"p1": "key1", "p2": "key2"}})
	for _, c := range []struct {
		path, token string
		status      int
		body        string
	}{
		{"/compute/v2.1/servers", "alice", 200, `"user-p1 p1 P1 default [member] key1"`},
		{"/compute/v2.1/servers", "bob", 200, `"user-p2 p2 P2 default [member] key2"`},
		{"/compute/v2.1/p1/servers", "alice", 200, `"user-p1 p1 P1 default [member] key1"`},
		{"/compute/v2.1/p1/servers", "bob", 400, ""},
		{"/compute/v2.1/servers", "carol", 403, ""},
		{"/compute/v2.1/servers", "mallory", 401, `{"error": {"code": 401, "title": "Unauthorized"`},
		{"/compute/v2.1/servers", "", 401, ""},
		{"/compute/v2.1/nowhere/at/all", "", 401, ""},
		{"/compute/", "", 200, `"versions"`},
	} {
		res, body := ask(t, "GET", gw+c.path, "", "X-Auth-Token", c.token, "X-User-Id", "root", "X-Roles", "admin")
		if res.StatusCode != c.status || !strings.HasPrefix(body, c.body) {
			t.Errorf("%s as %q: %d %s", c.path, c.token, res.StatusCode, body)
		}
	}
	ask(t, "GET", gw+"/compute/v2.1/servers", "", "X-Auth-Token", "alice")
	signIns, validated := k.counts()
	equal(t, "sign-ins", signIns, 1)
	equal(t, "validations", validated, 4)
}

func TestTokenHookForgets(t *testing.T) {
	for _, age := range []time.Duration{-1, 50 * time.Millisecond} {
		k := newKeystone(t)
		k.users["alice"] = "p1"
		gw := tokensAt(t, k, passthrough.TokenOptions{CacheAge: age})
		status := func() int {
			res, _ := ask(t, "GET", gw+"/compute/v2.1/servers", "", "X-Auth-Token", "alice")
			return res.StatusCode
		}
		equal(t, "before", status(), 200)
		k.change(func() { delete(k.users, "alice") })
		if age > 0 {
			time.Sleep(age + 10*time.Millisecond)
		}
		equal(t, "revoked", status(), 401)
	}
}

func TestTokenHookWhenKeystoneHasTrouble(t *testing.T) {
	k := newKeystone(t)
	k.users["alice"] = "p1"
	gw := tokensAt(t, k, passthrough.TokenOptions{CacheAge: -1})
	status := func() string {
		res, body := ask(t, "GET", gw+"/compute/v2.1/servers", "", "X-Auth-Token", "alice")
		if strings.Contains(body, "secret") {
			t.Error("upstream's words reached the client: " + body)
		}
		return fmt.Sprint(res.StatusCode)
	}
	k.change(func() { k.down = true })
	equal(t, "down", status(), "503")
	k.change(func() { k.down = false })
	equal(t, "up again", status(), "200")
	k.change(func() { clear(k.granted) }) // the gateway's own token is gone
	equal(t, "other keys", status(), "200")
	signIns, _ := k.counts()
	equal(t, "sign-ins", signIns, 2)
}

func TestTokenHookSharesValidations(t *testing.T) {
	k := newKeystone(t)
	k.users["alice"] = "p1"
	gw := tokensAt(t, k, passthrough.TokenOptions{})
	ask(t, "GET", gw+"/compute/v2.1/servers", "", "X-Auth-Token", "nobody") // sign in
	k.change(func() { k.slow = 50 * time.Millisecond })
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			res, _ := ask(t, "GET", gw+"/compute/v2.1/servers", "", "X-Auth-Token", "alice")
			equal(t, "status", res.StatusCode, 200)
		})
	}
	wg.Wait()
	_, validated := k.counts()
	equal(t, "validations", validated, 2)
}

func TestTokenHookNeedsCloud(t *testing.T) {
	if _, err := newDriver(t, passthrough.Options{Endpoints: all("http://h")}).TokenHook(passthrough.TokenOptions{}); err == nil {
		t.Error("no error")
	}
}

// local is an identity whose tokens are names of projects.
func local(r *jumpgate.Request) error {
	if id := r.Header.Get("X-Auth-Token"); id != "" {
		r.Env.Principal = &jumpgate.Principal{UserID: "u", ProjectID: id}
		r.Env.ProjectID = id
	}
	return nil
}

// accountsAt starts a Gateway with an identity of its own before h.
func accountsAt(t *testing.T, k *keystone, h http.HandlerFunc) (gw, up string) {
	t.Helper()
	services := upstream(t, h)
	d := newDriver(t, passthrough.Options{
		Endpoints: all(services.URL),
		Accounts:  map[string]passthrough.Cloud{"local1": k.cloud("up1"), "local2": k.cloud("up2")},
	})
	g := newGateway(t, d, map[jumpgate.Service]jumpgate.Driver{jumpgate.Identity: whoami})
	g.AddRequestHook(local)
	return front(t, g).URL, services.URL
}

func TestAccounts(t *testing.T) {
	k := newKeystone(t)
	var up string
	gw, up := accountsAt(t, k, func(w http.ResponseWriter, req *http.Request) {
		for name, values := range req.Header {
			if strings.Contains(fmt.Sprint(values), "local") {
				t.Errorf("the local token went upstream in %s: %v", name, values)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		project := k.project(req.Header.Get("X-Auth-Token"))
		w.Header().Set("Location", up+"/up-volume/v3/"+project+"/volumes/1")
		body, _ := io.ReadAll(req.Body)
		fmt.Fprintf(w, `{"as": %q, "path": %q, "body": %q, "self": "%s/up-volume/v3/%s/volumes/1", "other": "%[4]s/up-volume/v3/", "image": "%[4]s/up-image/v2/%[5]s"}`,
			project, req.URL.Path, body, up, project)
	})
	for range 2 {
		for i, token := range []string{"local1", "local2"} {
			res, body := ask(t, "POST", gw+"/volume/v3/"+token+"/volumes/detail", "x", "X-Auth-Token", token, "X-Subject-Token", token, "X-Service-Token", token)
			want := fmt.Sprintf(`{"as": "up%d", "path": "/up-volume/v3/up%[1]d/volumes/detail", "body": "x", "self": "GW/volume/v3/local%[1]d/volumes/1", `+
				`"other": "GW/volume/v3/", "image": "GW/image/v2/up%[1]d"}`, i+1)
			equal(t, "answer", words(res.StatusCode, body), "200 "+strings.ReplaceAll(want, "GW", gw))
			equal(t, "Location", res.Header.Get("Location"), gw+"/volume/v3/"+token+"/volumes/1")
			_, body = ask(t, "GET", gw+"/compute/v2.1/servers", "", "X-Auth-Token", token)
			if want := fmt.Sprintf(`{"as": "up%d", "path": "/up-compute/v2.1/servers"`, i+1); !strings.HasPrefix(body, want) {
				t.Errorf("got %s", body)
			}
		}
	}
	signIns, _ := k.counts()
	equal(t, "sign-ins", signIns, 2)

	for path, want := range map[string]struct {
		token  string
		status int
	}{
		"/volume/v3/local2/volumes":  {"local1", 400}, // another's project
		"/image/v2/images":           {"stranger", 403},
		"/network/v2.0/networks":     {"", 401},
		"/compute/v2.1/unknown/path": {"", 401},
		"/compute/":                  {"", 200},
	} {
		var headers []string
		if want.token != "" {
			headers = []string{"X-Auth-Token", want.token}
		}
		res, body := ask(t, "GET", gw+path, "", headers...)
		equal(t, path+body, res.StatusCode, want.status)
	}
}

func (k *keystone) project(token string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.granted[token]
}

func TestAccountsTokenIsRefused(t *testing.T) {
	k := newKeystone(t)
	gw, _ := accountsAt(t, k, func(w http.ResponseWriter, req *http.Request) {
		if k.project(req.Header.Get("X-Auth-Token")) == "" {
			w.WriteHeader(401)
			return
		}
		_, _ = io.Copy(w, req.Body)
	})
	for _, body := range []string{"", "small", strings.Repeat("large", 100_000)} {
		ask(t, "GET", gw+"/image/v2/images", "", "X-Auth-Token", "local1")
		k.change(func() { clear(k.granted) })
		res, got := ask(t, "PUT", gw+"/image/v2/images/1/file", body, "X-Auth-Token", "local1")
		if len(body) > 1000 { // can't be sent again
			equal(t, "large", res.StatusCode, 503)
			continue
		}
		equal(t, "status", res.StatusCode, 200)
		equal(t, "body", got, body)
	}
	k.change(func() { k.down = true; clear(k.granted) })
	res, body := ask(t, "GET", gw+"/image/v2/images", "", "X-Auth-Token", "local2")
	equal(t, "Keystone is down "+body, res.StatusCode, 503)
}

func TestAccountsRenewInTime(t *testing.T) {
	k := newKeystone(t)
	k.lifetime = time.Second // renewed in its last fifth, of no use in the last tenth
	gw, _ := accountsAt(t, k, func(w http.ResponseWriter, req *http.Request) {
		if k.project(req.Header.Get("X-Auth-Token")) == "" {
			w.WriteHeader(401)
		}
	})
	get := func() int {
		res, _ := ask(t, "GET", gw+"/image/v2/images", "", "X-Auth-Token", "local1")
		return res.StatusCode
	}
	equal(t, "first", get(), 200)
	time.Sleep(820 * time.Millisecond)
	var wg sync.WaitGroup
	k.change(func() { k.slow = 30 * time.Millisecond })
	for range 30 {
		wg.Go(func() { equal(t, "status", get(), 200) })
	}
	wg.Wait()
	signIns, _ := k.counts()
	equal(t, "sign-ins", signIns, 2)
}

func TestAccountsRefuseIdentity(t *testing.T) {
	k := newKeystone(t)
	d := newDriver(t, passthrough.Options{Endpoints: all("http://h"), Accounts: map[string]passthrough.Cloud{"p": k.cloud("x")}})
	if _, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: d}}}); err == nil {
		t.Error("no error")
	}
}

func TestCatalog(t *testing.T) {
	k := newKeystone(t)
	up := upstream(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `["%s", "http://admin/compute/v2.1", "http://two/compute", "%s/v3"]`, req.URL.Path, k.URL)
	})
	k.catalog = []any{
		entry("identity", "one", k.URL+"/v3"),
		entry("compute", "two", "http://two/compute/v2.1"),
		entry("compute", "one", "http://public/compute/v2.1", up.URL+"/nova/v2.1", "http://admin/compute/v2.1"),
		entry("volumev3", "one", "http://public/v3/p", up.URL+"/cinder/v3/p"),
		entry("placement", "one", "http://public/placement", up.URL+"/placement"),
	}
	cloud := k.cloud("admin")
	cloud.Endpoint = gophercloud.EndpointOpts{Region: "one", Availability: gophercloud.AvailabilityInternal}
	k.change(func() { k.down = true })
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{Cloud: &cloud}), nil)).URL
	res, _ := ask(t, "GET", gw+"/compute/v2.1/servers", "")
	equal(t, "Keystone is down", res.StatusCode, 503)
	k.change(func() { k.down = false })
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_, body := ask(t, "GET", gw+"/compute/v2.1/servers", "")
			equal(t, "body", body, `["/nova/v2.1/servers", "`+gw+`/compute/v2.1", "http://two/compute", "`+gw+`/v3"]`)
		})
	}
	wg.Wait()
	_, body := ask(t, "GET", gw+"/volume/v3/p/volumes", "")
	equal(t, "volume", strings.HasPrefix(body, `["/cinder/v3/p/volumes"`), true)
	res, _ = ask(t, "GET", gw+"/image/v2/images", "")
	equal(t, "not in the catalog", res.StatusCode, 503)
	signIns, _ := k.counts()
	equal(t, "sign-ins", signIns, 1)
}

// TestRedirectingKeystone must not see the password at the other place.
func TestRedirectingKeystone(t *testing.T) {
	other := upstream(t, func(http.ResponseWriter, *http.Request) { t.Error("a password went to another host") })
	up := upstream(t, func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, other.URL+req.URL.Path, http.StatusTemporaryRedirect)
	})
	cloud := passthrough.Cloud{Auth: gophercloud.AuthOptions{IdentityEndpoint: up.URL, Username: "u", Password: "p", DomainName: "d"}}
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{Cloud: &cloud}), nil)).URL
	res, _ := ask(t, "GET", gw+"/compute/v2.1/servers", "")
	equal(t, "status", res.StatusCode, 503)
}
