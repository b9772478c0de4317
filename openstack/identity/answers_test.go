package identity_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// verdict is what a Keystone 22 said to a request of a member, or of its
// operator.
type verdict struct {
	Request, As, Subject string // method and path; whose token is sent, and which is asked about
	Body                 string
	Status               int
	Fault                string
	Answer               []string // the paths in it, each with its type
}

// unlikeVerdicts lists what this Keystone answers in its own way, with the
// status it gives and the reason, by a part of the request.
var unlikeVerdicts = map[string]struct {
	status int
	reason string
}{
	`"methods":["mapped"]`:                                      {401, "there is no such method"},
	`"methods":["totp"]`:                                        {401, "the methods listed are those there are"},
	`"methods":["external"]`:                                    {401, "there is no such method"},
	`"id":"x"}},"scope":{"project":{"id":"nope"}}`:              {404, "which projects there are is only known to who has signed in"},
	`"user":{"name":"nobody","domain"`:                          {401, "which users there are is only known to who has signed in"},
	`GET /v3/users/{user}/application_credentials as operator`:  {200, "the ones made before are there still"},
	`POST /v3/users/{user}/application_credentials as unscoped`: {403, "without a project there are no roles to grant"},
}

// TestVerdicts asks what a Keystone was asked, in the same order.
func TestVerdicts(t *testing.T) {
	text, err := os.ReadFile("testdata/answers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	gw := newGateway(t, newCloud(), identity.Options{ApplicationCredentials: &identity.MemoryCredentials{}},
		func(o *jumpgate.Options) { o.Catalog = recordedCatalog(t) })
	ids := map[string]string{
		"token": signIn(t, gw, "demo", ""), "unscoped": signIn(t, gw, "demo", `"unscoped"`),
		"user": demoID, "name": "demo", "password": "secret", "project": demoProject, "project name": "demo",
	}
	ids["operator"] = signIn(t, gw, "admin", `{"project": {"id": "`+adminProject+`"}}`)
	for _, list := range []string{"services", "endpoints", "roles"} {
		w := do(gw, "GET", "/v3/"+list, "", "X-Auth-Token", ids["operator"])
		var body map[string]json.RawMessage
		var items []struct{ ID, Name string }
		if json.Unmarshal(w.Body.Bytes(), &body) != nil || json.Unmarshal(body[list], &items) != nil || len(items) == 0 {
			t.Fatal(list, w.Body)
		}
		ids[strings.TrimSuffix(list, "s")] = items[0].ID
		for _, i := range items {
			if i.Name == "member" || i.Name == "reader" {
				ids[i.Name] = i.ID
			}
		}
	}
	var pairs []string
	for name, id := range ids {
		pairs = append(pairs, "{"+name+"}", id)
	}
	fill := strings.NewReplacer(pairs...)

	n, unused := 0, maps.Clone(unlikeVerdicts)
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); n++ {
		v := verdict{As: "token"}
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		var headers []string
		if v.As != "" {
			token, ok := ids[v.As]
			if !ok {
				token = v.As
			}
			headers = append(headers, "X-Auth-Token", token)
		}
		if strings.Contains(lines.Text(), `"subject"`) {
			headers = append(headers, "X-Subject-Token", fill.Replace(v.Subject))
		}
		method, path, _ := strings.Cut(v.Request, " ")
		w := do(gw, method, fill.Replace(path), fill.Replace(v.Body), headers...)

		request := fmt.Sprintf("%s as %s %s", v.Request, v.As, v.Body)
		for part, u := range unlikeVerdicts {
			if strings.Contains(request, part) {
				v.Status, v.Fault, v.Answer = u.status, "", nil
				delete(unused, part)
			}
		}
		if w.Code != v.Status {
			t.Errorf("%s: %d %s, Keystone: %d %s", request, w.Code, w.Body, v.Status, v.Fault)
			continue
		}
		if got := faultOf(w.Body.Bytes()); v.Fault != "" && got != fill.Replace(v.Fault) {
			t.Errorf("%s:\n%s\nKeystone:\n%s", request, got, v.Fault)
		}
		var body any
		if v.Answer != nil && json.Unmarshal(w.Body.Bytes(), &body) == nil {
			if got := paths(body, ""); !slices.Equal(got, v.Answer) {
				t.Errorf("%s:\n%s\nKeystone:\n%s", request, got, v.Answer)
			}
		}
	}
	if n < 410 || len(unused) > 0 {
		t.Errorf("%d verdicts; not met: %v", n, unused)
	}
}

// faultOf is the message of a fault.
func faultOf(body []byte) string {
	var fault struct {
		Error   struct{ Message string }
		Message string
	}
	_ = json.Unmarshal(body, &fault)
	return fault.Error.Message + fault.Message
}

// paths lists the leaves of a value with their types, of lists the first item.
func paths(v any, at string) []string {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return []string{at + " {}"}
		}
		var list []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			list = append(list, paths(v[name], strings.TrimPrefix(at+"."+name, "."))...)
		}
		return list
	case []any:
		if len(v) == 0 {
			return []string{at + " []"}
		}
		return paths(v[0], at+"[]")
	case nil:
		return []string{at + " null"}
	case float64:
		return []string{at + " number"}
	}
	return []string{fmt.Sprintf("%s %T", at, v)}
}
