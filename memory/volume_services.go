package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// stockServices are the daemons of the small OpenStack that the recordings are
// of.
func stockServices() []volume.ServiceInfo {
	return []volume.ServiceInfo{
		{Binary: "cinder-volume", Host: "vm@files", Zone: volumeZone},
		{Binary: "cinder-scheduler", Host: "vm", Zone: volumeZone},
		{Binary: "cinder-backup", Host: "vm", Zone: volumeZone},
	}
}

// ListServices implements volume.ServiceLister.
func (s *volumes) ListServices(context.Context) ([]volume.ServiceInfo, error) {
	s.lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.services)
	for i := range list {
		list[i].Updated = s.now()
	}
	return list, nil
}

// UpdateService implements volume.ServiceUpdater.
func (s *volumes) UpdateService(_ context.Context, binary, host string, change func(*volume.ServiceInfo) error) (*volume.ServiceInfo, error) {
	s.lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.services, func(x volume.ServiceInfo) bool { return x.Binary == binary && x.Host == host })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	x := s.services[i]
	if err := change(&x); err != nil {
		return nil, err
	}
	s.services[i] = x
	return &x, nil
}

// hasBackend tells whether a host, with the name of a pool or without, has the
// one backend of the cloud.
func hasBackend(host string) error {
	backend, _, _ := strings.Cut(host, "#")
	if own, _, _ := strings.Cut(volumeHost, "#"); backend != own {
		return jumpgate.NotFound
	}
	return nil
}
