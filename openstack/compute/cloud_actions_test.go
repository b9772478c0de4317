package compute_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// otherImage is a second image of the recordings.
const otherImage = "89d3717d-9d46-40f2-ae4a-f376a5f09297"

// may finds a server to which something may be done. The lock is held.
func (c *cloud) may(ctx context.Context, id string, doing compute.Action) (*compute.Server, error) {
	s, err := c.find(ctx, id)
	if err == nil {
		err = compute.MayDo(doing, s)
	}
	return s, err
}

// turn does what changes nothing but the state.
func (c *cloud) turn(ctx context.Context, id string, doing compute.Action, status, vm string, power compute.PowerState) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.may(ctx, id, doing)
	if err == nil {
		s.Status, s.VMState, s.PowerState = status, vm, power
	}
	return err
}

func (c *cloud) ChangeServerMetadata(ctx context.Context, id string, doing compute.Action, change func(map[string]string) (map[string]string, error)) (map[string]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.may(ctx, id, doing)
	if err != nil {
		return nil, err
	}
	all, err := change(maps.Clone(s.Metadata))
	if err == nil {
		s.Metadata = all
	}
	return all, err
}

func (c *cloud) ChangeServerTags(ctx context.Context, id string, doing compute.Action, change func([]string) ([]string, error)) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.may(ctx, id, doing)
	if err != nil {
		return nil, err
	}
	all, err := change(slices.Clone(s.Tags))
	if err == nil {
		s.Tags = all
	}
	return all, err
}

func (c *cloud) PauseServer(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionPause, "PAUSED", "paused", compute.PowerPaused)
}

func (c *cloud) UnpauseServer(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionUnpause, "ACTIVE", "active", compute.PowerRunning)
}

func (c *cloud) SuspendServer(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionSuspend, "SUSPENDED", "suspended", compute.PowerSuspended)
}

func (c *cloud) ResumeServer(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionResume, "ACTIVE", "active", compute.PowerRunning)
}

func (c *cloud) lock(ctx context.Context, id, reason string, locked bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(ctx, id)
	if err == nil {
		s.Locked, s.LockedReason = locked, reason
	}
	return err
}

func (c *cloud) LockServer(ctx context.Context, id, reason string) error {
	return c.lock(ctx, id, reason, true)
}
func (c *cloud) UnlockServer(ctx context.Context, id string) error { return c.lock(ctx, id, "", false) }

func (c *cloud) RescueServer(ctx context.Context, id string, r compute.ServerRescue) (string, error) {
	return r.Password, c.turn(ctx, id, compute.ActionRescue, "RESCUE", "rescued", compute.PowerRunning)
}

func (c *cloud) UnrescueServer(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionUnrescue, "ACTIVE", "active", compute.PowerRunning)
}

func (c *cloud) ResizeServer(ctx context.Context, id string, r compute.ServerResize) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.flavors, func(f *compute.Flavor) bool { return f.ID == r.FlavorRef })
	if i < 0 {
		return compute.FlavorNotFound(r.FlavorRef)
	}
	s, err := c.may(ctx, id, compute.ActionResize)
	switch {
	case err != nil:
		return err
	case s.Flavor.ID == r.FlavorRef:
		return compute.SameFlavor()
	}
	if r.AutoDisk != nil {
		s.AutoDisk = *r.AutoDisk
	}
	c.before = s.Flavor
	s.Flavor, s.Status, s.VMState = *c.flavors[i], "VERIFY_RESIZE", "resized"
	return nil
}

func (c *cloud) ConfirmResize(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionConfirmResize, "ACTIVE", "active", compute.PowerRunning)
}

func (c *cloud) RevertResize(ctx context.Context, id string) error {
	if err := c.turn(ctx, id, compute.ActionRevertResize, "ACTIVE", "active", compute.PowerRunning); err != nil {
		return err
	}
	c.change(id, "2026-11-23T16:08:16Z", func(s *compute.Server) { s.Flavor = c.before })
	return nil
}

func (c *cloud) RebuildServer(ctx context.Context, id string, r compute.ServerRebuild) (*compute.Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rebuilds = append(c.rebuilds, r)
	s, err := c.may(ctx, id, compute.ActionRebuild)
	switch {
	case err != nil:
		return nil, err
	case r.ImageRef != image && r.ImageRef != otherImage:
		return nil, compute.RebuildImageNotFound()
	}
	s.ImageID = r.ImageRef
	if r.Name != nil {
		s.Name = *r.Name
	}
	if r.Metadata != nil {
		s.Metadata = r.Metadata
	}
	shown := *s
	shown.Status, shown.TaskState, shown.UserData = "REBUILD", "rebuilding", []byte("hello")
	shown.AdminPassword = r.AdminPassword
	return &shown, nil
}

func (c *cloud) CreateServerImage(ctx context.Context, id string, i compute.ServerImage) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.images = append(c.images, i)
	if _, err := c.may(ctx, id, compute.ActionCreateImage); err != nil {
		return "", err
	}
	return c.nextID(), nil
}

func (c *cloud) BackUpServer(ctx context.Context, id string, b compute.ServerBackup) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.images = append(c.images, b.ServerImage)
	if _, err := c.may(ctx, id, compute.ActionCreateBackup); err != nil {
		return "", err
	}
	return c.nextID(), nil
}

// only does what changes nothing.
func (c *cloud) only(ctx context.Context, id string, doing compute.Action) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.may(ctx, id, doing)
	return err
}

func (c *cloud) ChangeServerPassword(ctx context.Context, id, _ string) error {
	return c.only(ctx, id, compute.ActionChangePassword)
}

func (c *cloud) CrashServer(ctx context.Context, id string) error {
	return c.only(ctx, id, compute.ActionCrashDump)
}

func (c *cloud) AddFixedIP(ctx context.Context, id, _ string) error {
	return c.only(ctx, id, compute.ActionChangeFixedIP)
}

func (c *cloud) RemoveFixedIP(ctx context.Context, id, address string) error {
	if err := c.only(ctx, id, compute.ActionChangeFixedIP); err != nil {
		return err
	}
	return jumpgate.BadRequest.New("Fixed IP %s does not exist.", address)
}

func (c *cloud) ShelveServer(ctx context.Context, id string) error {
	return c.turn(ctx, id, compute.ActionShelve, "SHELVED_OFFLOADED", "shelved_offloaded", compute.PowerShutdown)
}

func (c *cloud) UnshelveServer(ctx context.Context, id string, _ compute.Unshelving) error {
	return c.turn(ctx, id, compute.ActionUnshelve, "ACTIVE", "active", compute.PowerRunning)
}

func (c *cloud) ConsoleOutput(ctx context.Context, id string, lines int) (string, error) {
	if err := c.only(ctx, id, compute.ActionConsoleOutput); err != nil {
		return "", err
	}
	var all []string
	for i := range 40 {
		all = append(all, fmt.Sprintf("FAKE CONSOLE OUTPUT LINE %d\n", i+1))
	}
	if lines >= 0 { // the last line of this console is an empty one
		all = all[len(all)-min(max(lines-1, 0), len(all)):]
	}
	return "\x1b\a\r" + strings.Join(all, ""), nil
}

func (c *cloud) ServerConsole(ctx context.Context, id, protocol, kind string) (string, error) {
	s, err := c.Server(ctx, id)
	switch {
	case err != nil:
		return "", err
	case s.VMState == "building":
		return "", &compute.StateError{VMState: s.VMState}
	case protocol != "vnc" || kind != "novnc":
		return "", compute.ConsoleUnavailable(kind)
	}
	return "http://127.0.0.1:16080/vnc_auto.html?path=%3Ftoken%3D" + c.token, nil
}

func (c *cloud) ServerInterfaces(ctx context.Context, id string) ([]compute.Interface, error) {
	if _, err := c.Server(ctx, id); err != nil {
		return nil, err
	}
	return c.interfaces, nil
}
