// Package jumpgatetest gives a test an OpenStack of its own, in one line:
//
//	cloud := jumpgatetest.New(t, jumpgatetest.Options{})
//
// It listens on the loopback interface until the test ends, speaks the whole
// protocol of the services that package memory has, and shares nothing with
// the clouds of other tests, so tests may run in parallel. Any client can use
// it: see Cloud.AuthURL, Cloud.Env and Cloud.CloudsYAML.
//
// Time runs, and Clock.Advance makes it run faster. Trouble is made with
// Cloud.Break, Cloud.FailNextServer, Cloud.FailDeletes, Cloud.SetBuildTime,
// Cloud.SetQuota and Cloud.ExpireTokens.
package jumpgatetest

import (
	"cmp"
	"log/slog"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/image"
)

// Region is the region of every endpoint in the catalog.
const Region = "RegionOne"

// Options say what the cloud has at first. The zero value is a small cloud with
// the users demo, alt_demo and admin, in projects of the same names, with the
// password "secret".
type Options struct {
	Users   []memory.User    // default: demo, alt_demo and admin
	Flavors []compute.Flavor // default: m1.tiny, m1.small, m1.medium, m1.nano, m1.micro
	Images  []image.Image    // default: cirros-tiny and cirros-tiny-2
	Logger  *slog.Logger     // default: silence

	// BuildTime is how long a new server is in BUILD, and ActionTime how long
	// other changes of a server take. Default: 0, so that every change is done
	// at the next request.
	BuildTime, ActionTime time.Duration
}

// User is somebody who can sign in, in the domain Default.
type User struct {
	ID, Name, Password     string
	ProjectID, ProjectName string
}

// Cloud is an OpenStack. The methods of memory.Cloud preload it and make
// trouble; all may be called while clients use it.
type Cloud struct {
	*memory.Cloud

	AuthURL string           // of Keystone, with /v3
	Users   []User           // in the order of Options.Users
	Flavors []compute.Flavor // with their ids, in the order of Options.Flavors
	Images  []image.Image    // the public ones, oldest first
	Clock   *Clock

	t  testing.TB
	gw *jumpgate.Gateway

	mu        sync.Mutex // guards what follows
	answering int        // how many answers are begun and not recorded yet
	answered  sync.Cond  // signals that it became less
	requests  []Request
	troubles  []*trouble
	live      map[string]bool // tokens that were given out
	dead      map[string]bool // those that ExpireTokens ended
}

// New starts a cloud, which ends with the test.
func New(t testing.TB, opts Options) *Cloud {
	t.Helper()
	c := &Cloud{Clock: new(Clock), t: t, live: make(map[string]bool), dead: make(map[string]bool)}
	c.answered.L = &c.mu
	users := opts.Users
	if users == nil {
		users = []memory.User{{Name: "demo"}, {Name: "alt_demo"}, {Name: "admin", Roles: []string{"admin"}}}
	}
	var err error
	c.Cloud, err = memory.New(memory.Options{
		Users: users, Flavors: opts.Flavors, Images: opts.Images,
		BuildTime: opts.BuildTime, ActionTime: opts.ActionTime, Now: c.Clock.Now,
	})
	if err != nil {
		t.Fatal("jumpgatetest: ", err)
	}
	for _, u := range users {
		project := cmp.Or(u.Project, u.Name)
		c.Users = append(c.Users, User{
			ID: c.UserID(u.Name), Name: u.Name, Password: string(cmp.Or(u.Password, "secret")),
			ProjectID: c.ProjectID(project), ProjectName: project,
		})
	}
	c.Flavors, c.Images = c.Cloud.Flavors(), c.Cloud.Images()
	logger := opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	c.gw, err = jumpgate.New(jumpgate.Options{Services: c.Services(), Region: Region, Logger: logger})
	if err != nil {
		t.Fatal("jumpgatetest: ", err)
	}
	c.gw.AddRequestHook(c.meet)
	c.gw.AddResponseHook(c.record)
	server := httptest.NewServer(c.guard(c.gw))
	t.Cleanup(server.Close)
	c.AuthURL = server.URL + "/v3"
	return c
}

// User returns the user who has a name. It ends the test if there is none.
func (c *Cloud) User(name string) User {
	c.t.Helper()
	for _, u := range c.Users {
		if u.Name == name {
			return u
		}
	}
	c.t.Fatalf("jumpgatetest: there is no user %q", name)
	return User{}
}

// Preload puts n active servers like s into the project of a name and returns
// their ids: see memory.Cloud.AddServers. It ends the test if it can't.
func (c *Cloud) Preload(project string, n int, s compute.Server) []string {
	c.t.Helper()
	ids, err := c.AddServers(project, n, s)
	if err != nil {
		c.t.Fatal("jumpgatetest: ", err)
	}
	return ids
}

// SetQuota changes the quotas of the project of a name; -1 means unlimited. It
// ends the test if there is no such project.
func (c *Cloud) SetQuota(project string, l compute.Limits) {
	c.t.Helper()
	if err := c.Cloud.SetQuota(project, l); err != nil {
		c.t.Fatal("jumpgatetest: ", err)
	}
}

// Clock is the time of a cloud: the machine's time plus what Advance added.
type Clock struct{ ahead atomic.Int64 }

// Now returns the time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Advance lets d pass at once: servers become ready, tokens expire.
func (c *Clock) Advance(d time.Duration) { c.ahead.Add(int64(d)) }
