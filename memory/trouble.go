package memory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/image"
)

// SetBuildTime changes Options.BuildTime for the servers that are ordered from
// now on.
func (c *Cloud) SetBuildTime(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opts.BuildTime = d
}

// FailDeletes makes the next n deletions of servers fail as on a broken host:
// the cloud accepts the deletion, and then the server is in ERROR with message
// as its fault. n = 0 ends the trouble.
func (c *Cloud) FailDeletes(n int, message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failDeletes = make([]string, n)
	for i := range c.failDeletes {
		c.failDeletes[i] = message
	}
}

// fail puts a server into ERROR. The lock is held.
func (c *Cloud) fail(s *server, message string) {
	s.rest(failed)
	s.Fault = &compute.Fault{Code: 500, Message: message, Created: c.now().UTC().Truncate(time.Second)}
}

// AddServers puts n active servers like s into the project called projectName,
// without checking quotas, and returns their ids. It uses Name (empty:
// "server"; with a number appended if n > 1), Description, Metadata, Tags,
// KeyName and the ids of the image, flavor and user. Without an image or flavor
// it uses the cloud's first; without a user the servers have none.
func (c *Cloud) AddServers(projectName string, n int, s compute.Server) ([]string, error) {
	picture, err := c.images.first(s.ImageID)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.dir.projectNamed(projectName)
	if p == nil {
		return nil, fmt.Errorf("memory: there is no project called %q", projectName)
	}
	flavor := c.flavors[0]
	if s.Flavor.ID != "" {
		if flavor = c.flavor(s.Flavor.ID); flavor == nil {
			return nil, fmt.Errorf("memory: there is no flavor %q", s.Flavor.ID)
		}
	}
	now, ids := c.now().UTC().Truncate(time.Second), make([]string, 0, n)
	for i := range n {
		name := cmp.Or(s.Name, "server")
		if n > 1 {
			name = fmt.Sprintf("%s-%d", name, i+1)
		}
		one := &server{Server: compute.Server{
			ID: jumpgate.NewUUID(), Name: name, ProjectID: p.ID, UserID: s.UserID, Hostname: hostname(name),
			Created: now, Updated: now, Launched: now, ImageID: picture, Flavor: flavor.Flavor,
			KeyName: s.KeyName, Description: s.Description, Metadata: s.Metadata, Tags: slices.Clone(s.Tags),
		}, unlimited: true}
		if err := c.nets.connect(context.Background(), one, nil, nil); err != nil {
			return nil, errors.Join(errors.New("memory: the private network is full"), err)
		}
		one.rest(active)
		c.put(one, c.hosts[i%len(c.hosts)].Host)
		c.servers[one.ID] = one
		ids = append(ids, one.ID)
	}
	return ids, nil
}

// first is id if there is such an image, or for an empty id that of the oldest
// public image.
func (s *images) first(id string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != "" {
		if s.records[id] == nil {
			return "", fmt.Errorf("memory: there is no image %q", id)
		}
		return id, nil
	}
	var found string
	for _, img := range s.records {
		old := s.records[found]
		if img.Visibility == "public" && (old == nil || cmp.Or(img.Created.Compare(old.Created), cmp.Compare(img.ID, old.ID)) < 0) {
			found = img.ID
		}
	}
	if found == "" {
		return "", jumpgate.NotFound.New("memory: there is no public image")
	}
	return found, nil
}

// ProjectID returns the id of the project that has a name, or "".
func (c *Cloud) ProjectID(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.dir.projectNamed(name); p != nil {
		return p.ID
	}
	return ""
}

// UserID returns the id of the user who has a name, or "".
func (c *Cloud) UserID(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if u := c.dir.userNamed(name); u != nil {
		return u.ID
	}
	return ""
}

// Flavors returns the flavors of the cloud.
func (c *Cloud) Flavors() []compute.Flavor {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]compute.Flavor, len(c.flavors))
	for i, f := range c.flavors {
		list[i] = f.Flavor
	}
	return list
}

// Images returns the public images of the cloud, oldest first.
func (c *Cloud) Images() []image.Image {
	var list []image.Image
	for img, err := range c.images.ListImages(context.Background(), image.Query{}) {
		if err == nil && img.Visibility == "public" {
			list = append(list, *img)
		}
	}
	slices.Reverse(list)
	return list
}
