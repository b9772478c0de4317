package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// CreateServers implements compute.ServerCreator. All or none are made.
func (m machines) CreateServers(ctx context.Context, o compute.ServerCreate) ([]*compute.Server, error) {
	c := m.c
	picture, err := m.bootImage(ctx, o)
	if err != nil {
		return nil, err
	}
	if picture != nil && bootDevice(o.BlockDevices) == nil {
		o.BlockDevices = append(imageDevices(picture.properties), o.BlockDevices...)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	who := caller(ctx)
	flavor := c.usable(ctx, o.FlavorRef)
	onDisk := picture != nil && bootDevice(o.BlockDevices) == nil
	switch {
	case flavor == nil:
		return nil, compute.FlavorNotFound(o.FlavorRef)
	case o.KeyName != "" && c.keypair(who.UserID, o.KeyName) == nil:
		return nil, compute.KeypairNotFound()
	case o.AvailabilityZone != "" && !c.isZone(o.AvailabilityZone):
		return nil, compute.ZoneNotFound()
	case onDisk && flavor.Disk > 0 && flavor.Disk < picture.minDisk:
		return nil, jumpgate.BadRequest.New("Flavor's disk is too small for requested image. Flavor disk is %d bytes, image is %d bytes.",
			flavor.Disk<<30, picture.minDisk<<30)
	case picture != nil && flavor.RAM < picture.minRAM:
		return nil, jumpgate.BadRequest.New("Flavor's memory is too small for requested image.")
	}
	if onDisk && flavor.Disk == 0 {
		if err := compute.CheckZeroDisk(ctx); err != nil {
			return nil, err
		}
	}
	var group *compute.ServerGroup
	if o.ServerGroup != "" {
		if group = c.group(ctx, o.ServerGroup); group == nil {
			return nil, compute.ServerGroupNotFound(o.ServerGroup)
		}
	}
	if err := c.nets.checkGroups(who.ProjectID, o.SecurityGroups); err != nil {
		return nil, err
	}
	if o.BlockDevices, err = m.checkDevices(ctx, o.BlockDevices, &flavor.Flavor); err != nil {
		return nil, err
	}
	if err := c.nets.affordPorts(who.ProjectID, &o); err != nil {
		return nil, err
	}
	if err := c.checkOrder(who, &o, &flavor.Flavor, group); err != nil {
		return nil, err
	}
	var made []*compute.Server
	for i := range o.MaxCount {
		name := o.Name
		if o.MaxCount > 1 {
			name = fmt.Sprintf("%s-%d", o.Name, i+1)
		}
		s, err := c.newServer(ctx, name, o, &flavor.Flavor, group, picture)
		if err != nil {
			for _, done := range made { // an order is filled whole or not at all
				c.nets.release(c.servers[done.ID])
				c.freeVolumes(c.servers[done.ID])
				delete(c.servers, done.ID)
			}
			return nil, err
		}
		s.LaunchIndex = i
		view := s.shown()
		view.SecurityGroups = slices.Clone(s.SecurityGroups)
		view.AdminPassword = o.AdminPassword
		if view.AdminPassword == "" {
			view.AdminPassword = jumpgate.NewUUID()[:12]
		}
		made = append(made, view)
	}
	return made, nil
}

// checkOrder refuses an order that is over a quota. The lock is held.
func (c *Cloud) checkOrder(who *jumpgate.Principal, o *compute.ServerCreate, f *compute.Flavor, group *compute.ServerGroup) error {
	l := c.limits(who.ProjectID, "")
	if err := compute.CheckFiles(o.Files, &l); err != nil {
		return err
	}
	if group != nil && l.MaxServerGroupMembers >= 0 && len(c.groupShown(group).Members)+o.MaxCount > l.MaxServerGroupMembers {
		return compute.TooManyGroupMembers()
	}
	if err := c.checkMetadata(who.ProjectID, o.Metadata); err != nil {
		return err
	}
	return c.checkQuota(who.ProjectID, who.UserID, f, o.MaxCount)
}

// bootable is what an order must know of an image.
type bootable struct {
	id              string
	minDisk, minRAM int
	properties      map[string]string
}

// bootImage finds the image of an order; nil if it boots from a volume.
func (m machines) bootImage(ctx context.Context, o compute.ServerCreate) (*bootable, error) {
	ref := o.ImageRef
	if ref == "" {
		return nil, nil
	}
	img, err := m.c.images.Image(ctx, ref)
	if err != nil {
		return nil, compute.ImageNotFound()
	}
	if img.Status != "active" {
		return nil, compute.ImageNotActive(ref)
	}
	return &bootable{img.ID, img.MinDisk, img.MinRAM, img.Properties}, nil
}

// newServer makes one server of an order. The lock is held.
func (c *Cloud) newServer(ctx context.Context, name string, o compute.ServerCreate, flavor *compute.Flavor, group *compute.ServerGroup, picture *bootable) (*server, error) {
	who, now := caller(ctx), c.now().UTC()
	c.serial++
	s := &server{Server: compute.Server{
		ID: jumpgate.NewUUID(), Name: name, ProjectID: who.ProjectID, UserID: who.UserID,
		Status: "BUILD", VMState: "building", TaskState: "scheduling",
		Created: now.Truncate(time.Second), Updated: now.Truncate(time.Second),
		Hostname: cmp.Or(o.Hostname, hostname(name), fmt.Sprintf("server-%d", c.serial)),
		Flavor:   *flavor, KeyName: o.KeyName, ConfigDrive: o.ConfigDrive, Metadata: o.Metadata, Tags: slices.Clone(o.Tags),
		Description: o.Description, AutoDisk: o.AutoDisk, AccessIPv4: o.AccessIPv4, AccessIPv6: o.AccessIPv6, ReservationID: o.ReservationID,
		PinnedZone: o.AvailabilityZone, SchedulerHints: o.SchedulerHints, InstanceName: fmt.Sprintf("instance-%08x", c.serial), RootDevice: "/dev/vda",
	}, userData: o.UserData}
	if picture != nil {
		s.ImageProperties = picture.properties
		if bootDevice(o.BlockDevices) == nil {
			s.ImageID = picture.id
		}
	}
	if !o.NoNetwork {
		if err := c.nets.provide(ctx, s.ProjectID, o.AutoNetwork); err != nil {
			return nil, err
		}
		if err := c.nets.connect(ctx, s, o.Networks, o.SecurityGroups); err != nil {
			return nil, err
		}
	}
	if err := c.orderVolumes(ctx, s, &o); err != nil {
		c.nets.release(s)
		return nil, err
	}
	c.servers[s.ID] = s
	host, ok := c.place(wish{group: group, host: c.hypervisor(o.Hypervisor), zone: o.AvailabilityZone, hints: o.SchedulerHints})
	if group != nil {
		s.ServerGroups = []string{group.ID}
	}
	reason := "No valid host was found. There are not enough hosts available."
	if len(c.nextFail) > 0 {
		ok, reason, c.nextFail = false, c.nextFail[0], c.nextFail[1:]
	}
	ctx = context.WithoutCancel(ctx)
	c.begin(ctx, s, "create", "", "", c.opts.BuildTime, func(s *server) {
		if !ok {
			c.fail(s, reason)
			return
		}
		s.host = host
		if err := c.buildVolumes(ctx, s); err != nil {
			c.fail(s, jumpgate.AsError(err).Message)
			return
		}
		s.rest(active)
		c.put(s, host)
		s.Launched = c.now().UTC()
		s.boot()
	})
	return s, nil
}

// FailNextServer makes the next new server end in ERROR with message as its
// fault. Each further call does so for one more server.
func (c *Cloud) FailNextServer(message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nextFail = append(c.nextFail, message)
}
