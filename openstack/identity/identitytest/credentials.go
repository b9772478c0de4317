// Package identitytest checks implementations of package identity's
// interfaces.
package identitytest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// ApplicationCredentials checks that a store does what its interface says.
// open returns the store, which is empty at first; each time it is called, it
// must have what was kept before.
func ApplicationCredentials(t *testing.T, open func() identity.ApplicationCredentials) {
	ctx := context.Background()
	want := func(what string, err error, kind error) {
		t.Helper()
		if !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %v", what, err, kind)
		}
	}
	yes := true
	get := identity.AccessRule{ID: "1", Service: "compute", Path: "/v2.1/servers/*", Method: "GET"}
	post := identity.AccessRule{ID: "2", Service: "compute", Path: "/v2.1/servers", Method: "POST"}
	full := identity.ApplicationCredential{
		ID: strings.Repeat("1", 32), Name: "full: \x00 ü", Description: "all of it",
		UserID: "ann's:id", UserName: "ann", ProjectID: "p", ProjectName: "project", DefaultProjectID: "q",
		Roles: []string{"member", "reader"}, ExpiresAt: time.Date(2100, 1, 2, 3, 4, 5, 6000, time.UTC), Unrestricted: &yes,
		AccessRules: []identity.AccessRule{get, post}, Sealed: []byte{0, 1, 255}, Iterations: 7,
	}
	plain := identity.ApplicationCredential{ID: strings.Repeat("2", 32), Name: "plain", UserID: "ann's:id", UserName: "ann", Sealed: []byte{1}}
	others := plain
	others.ID, others.UserID, others.UserName = strings.Repeat("3", 32), "ann's", "bob"

	for _, c := range []identity.ApplicationCredential{full, plain, others} {
		want("create "+c.Name, open().Create(ctx, c), nil)
	}
	again := plain
	again.ID = strings.Repeat("4", 32)
	want("create a name again", open().Create(ctx, again), jumpgate.Conflict)
	_, err := open().Get(ctx, again.ID)
	want("get what was not created", err, jumpgate.NotFound)
	for _, c := range []identity.ApplicationCredential{full, plain, others} {
		got, err := open().Get(ctx, c.ID)
		want("get "+c.Name, err, nil)
		if !reflect.DeepEqual(got, &c) {
			t.Errorf("get: %+v, want %+v", got, c)
		}
	}
	list := func(userID, userName string, wanted ...string) {
		t.Helper()
		list, err := open().List(ctx, userID, userName)
		var names []string
		for _, c := range list {
			names = append(names, c.Name)
		}
		if slices.Sort(names); err != nil || !slices.Equal(names, wanted) {
			t.Errorf("list of %s%s: %q, %v, want %q", userID, userName, names, err, wanted)
		}
	}
	list("ann's:id", "", full.Name, "plain")
	list("", "ann", full.Name, "plain")
	list("ann's", "", "plain")
	list("", "bob", "plain")
	list("nobody", "")
	list("", "nobody")

	rules := func(wanted ...string) {
		t.Helper()
		rules, err := open().AccessRules(ctx, "ann's:id")
		var ids []string
		for _, r := range rules {
			ids = append(ids, r.ID)
		}
		if slices.Sort(ids); err != nil || !slices.Equal(ids, wanted) {
			t.Errorf("access rules %q, %v, want %q", ids, err, wanted)
		}
	}
	rules("1", "2")
	want("delete a rule in use", open().DeleteAccessRule(ctx, "ann's:id", "1"), jumpgate.Forbidden)
	want("delete another's rule", open().DeleteAccessRule(ctx, "ann's", "1"), jumpgate.NotFound)
	want("delete", open().Delete(ctx, full.ID), nil)
	want("delete again", open().Delete(ctx, full.ID), jumpgate.NotFound)
	_, err = open().Get(ctx, full.ID)
	want("get what was deleted", err, jumpgate.NotFound)
	list("ann's:id", "", "plain")
	rules("1", "2")
	want("delete a rule", open().DeleteAccessRule(ctx, "ann's:id", "1"), nil)
	want("delete it again", open().DeleteAccessRule(ctx, "ann's:id", "1"), jumpgate.NotFound)
	rules("2")
	full.ID = strings.Repeat("5", 32)
	want("create it again", open().Create(ctx, full), nil)
	rules("1", "2")

	var made atomic.Int64
	var wg sync.WaitGroup
	store := open()
	for i := range 16 {
		wg.Go(func() {
			c := plain
			c.ID, c.Name = fmt.Sprintf("%032x", 100+i), "contended"
			if err := store.Create(ctx, c); err == nil {
				made.Add(1)
			} else if !errors.Is(err, jumpgate.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("%d of 16 made a credential of one name at once", made.Load())
	}
	list("ann's:id", "", "contended", full.Name, "plain")
}
