package memory

import (
	"context"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.ServerMigrator     = machines{}
	_ compute.ServerLiveMigrator = machines{}
	_ compute.ServerEvacuator    = machines{}
	_ compute.MigrationLister    = machines{}
	_ compute.MigrationEnder     = machines{}
)

// moving is a migration and the server that it moves.
type moving struct {
	compute.Migration
	revert func(*server) // what an abort does
}

// migrate writes down that a server begins to move. The lock is held.
func (c *Cloud) migrate(ctx context.Context, s *server, kind, status, target string) *moving {
	c.serial++
	who := caller(ctx)
	m := &moving{Migration: compute.Migration{
		Number: c.serial, UUID: jumpgate.NewUUID(), Type: kind, Status: status, ServerID: s.ID, ProjectID: who.ProjectID, UserID: who.UserID,
		Source: s.host, Target: target, OldFlavor: s.Flavor.Number, NewFlavor: s.Flavor.Number, Created: c.now().UTC().Truncate(time.Second),
	}}
	c.migrations = append(c.migrations, m)
	s.move = m
	return m
}

// step says how far a migration is. The lock is held; m may be nil.
func (c *Cloud) step(m *moving, status string) {
	if m != nil {
		m.Status, m.Updated = status, c.now().UTC().Truncate(time.Second)
	}
}

// target chooses the host that a server moves to. The lock is held.
func (c *Cloud) target(s *server, wanted string, same error) (string, error) {
	switch {
	case wanted != "" && c.host(wanted) == nil:
		return "", compute.HostNotFound(wanted)
	case wanted != "" && wanted == s.host:
		return "", same
	}
	host, ok := c.place(wish{host: wanted, zone: s.PinnedZone, not: s.host})
	if !ok {
		return "", compute.NoValidHost()
	}
	return host, nil
}

// MigrateServer implements compute.ServerMigrator.
func (m machines) MigrateServer(ctx context.Context, id, host string) error {
	return m.with(ctx, id, compute.ActionMigrate, func(s *server) error {
		target, err := m.c.target(s, host, compute.CannotMigrateToSameHost())
		if err != nil {
			return err
		}
		before, move := s.state(), m.c.migrate(ctx, s, "migration", "migrating", target)
		m.c.begin(ctx, s, "migrate", "RESIZE", "resize_prep", m.c.opts.ActionTime, func(s *server) { m.c.arrive(s, move, before, s.Flavor) })
		return nil
	})
}

// arrive ends the first half of a migration or a resize, which its owner
// confirms or reverts. The lock is held.
func (c *Cloud) arrive(s *server, move *moving, before state, f compute.Flavor) {
	old := s.Flavor
	s.resized, s.before, s.Flavor = &old, before, f
	c.put(s, move.Target)
	c.step(move, "finished")
	s.rest(resized)
	s.PowerState = before.Power
}

// LiveMigrateServer implements compute.ServerLiveMigrator.
func (m machines) LiveMigrateServer(ctx context.Context, id string, l compute.LiveMigration) error {
	return m.with(ctx, id, compute.ActionLiveMigrate, func(s *server) error {
		target, err := m.c.target(s, l.Host, compute.SameHost(id, l.Host))
		if err != nil {
			return err
		}
		before, move := s.state(), m.c.migrate(ctx, s, "live-migration", "running", target)
		move.revert = func(s *server) { s.rest(before) }
		m.c.begin(ctx, s, "live-migration", "MIGRATING", "migrating", m.c.opts.ActionTime, func(s *server) {
			m.c.put(s, target)
			m.c.step(move, "completed")
			s.rest(before)
		})
		return nil
	})
}

// EvacuateServer implements compute.ServerEvacuator.
func (m machines) EvacuateServer(ctx context.Context, id string, e compute.Evacuation) error {
	return m.with(ctx, id, compute.ActionEvacuate, func(s *server) error {
		if h := m.c.host(s.host); h != nil && !h.ForcedDown {
			return compute.HostInUse(s.host)
		}
		target, err := m.c.target(s, e.Host, jumpgate.BadRequest.New("The target host can't be the same one."))
		if err != nil {
			return err
		}
		after := s.state()
		if after.VMState == failed.VMState {
			after = active
		}
		if e.Stopped {
			after = stopped
		}
		move := m.c.migrate(ctx, s, "evacuation", "accepted", target)
		m.c.begin(ctx, s, "evacuate", "REBUILD", "rebuilding", m.c.opts.ActionTime, func(s *server) {
			m.c.put(s, target)
			m.c.step(move, "done")
			s.Fault = nil
			s.rest(after)
		})
		return nil
	})
}

// Migrations implements compute.MigrationLister.
func (m machines) Migrations(context.Context) ([]compute.Migration, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	var list []compute.Migration
	for _, one := range slices.Backward(m.c.migrations) {
		if s := m.c.servers[one.ServerID]; s != nil {
			m.c.settle(s)
		}
		list = append(list, one.Migration)
	}
	return list, nil
}

// moves finds a live migration of a server that is under way.
func (m machines) moves(ctx context.Context, id string, number int, f func(*server, *moving)) error {
	return m.with(ctx, id, 0, func(s *server) error {
		if s.move == nil || s.move.Number != number || s.move.revert == nil || s.finish == nil {
			return jumpgate.NotFound.New("Migration %d not found for instance %s", number, id)
		}
		f(s, s.move)
		return nil
	})
}

// CompleteMigration implements compute.MigrationEnder.
func (m machines) CompleteMigration(ctx context.Context, id string, number int) error {
	return m.moves(ctx, id, number, func(s *server, _ *moving) {
		m.c.note(ctx, s, "live_migration_force_complete")
		s.due = m.c.now()
	})
}

// AbortMigration implements compute.MigrationEnder.
func (m machines) AbortMigration(ctx context.Context, id string, number int) error {
	return m.moves(ctx, id, number, func(s *server, move *moving) {
		m.c.note(ctx, s, "live_migration_cancel")
		s.finish, s.due = nil, time.Time{}
		move.revert(s)
		m.c.step(move, "cancelled")
	})
}
