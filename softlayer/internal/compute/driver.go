// Package compute is SoftLayer's virtual guests as servers, with what belongs
// to them.
package compute

import (
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	images "github.com/softlayer/jumpgate/softlayer/internal/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// Servers is the driver of compute.
type Servers struct {
	*core.Core
	volumes  *volumes.Volumes
	images   *images.Images
	networks *networks.Networks

	flavors   *keep.Cache[*sizes]
	places    *places
	sightings *keep.Sightings
	attempts  *attempts
	reboots   *reboots
	notes     *core.Notes
}

var _ interface {
	compute.ServerLister
	compute.ServerGetter
	compute.ServerMarker
	compute.ServerCreator
	compute.ServerUpdater
	compute.ServerDeleter
	compute.ServerStarter
	compute.ServerStopper
	compute.ServerRebooter
	compute.ServerMetadataChanger
	compute.ServerTagger
	compute.ServerPauser
	compute.ServerSuspender
	compute.ServerLocker
	compute.ServerRescuer
	compute.ServerShelver
	compute.ServerResizer
	compute.ServerRebuilder
	compute.ServerImager
	compute.ServerBackuper
	compute.ServerConsoler
	compute.ServerInterfaceLister
	compute.ServerVolumeLister
	compute.ServerVolumeAttacher
	compute.ServerVolumeChanger
	compute.ServerSecurityGrouper
	compute.ActionLister
	compute.UnableExplainer
} = (*Servers)(nil)

var _ interface {
	compute.FlavorLister
	compute.FlavorGetter
	compute.KeypairLister
	compute.KeypairCreator
	compute.KeypairDeleter
	compute.ZoneLister
	compute.LimitsGetter
	compute.QuotaGetter
	compute.UsageLister
	compute.HypervisorLister
	compute.ServerGroupLister
	compute.ServerGroupCreator
	compute.ServerGroupDeleter
	compute.NetworkLister
	compute.SecurityGroupLister
	compute.SecurityGroupEditor
	compute.SecurityGroupRuler
	compute.FloatingIPLister
	compute.FloatingIPAllocator
	compute.FloatingIPAssociator
} = (*Servers)(nil)

// New returns the driver of compute, which attaches volumes, boots images
// and is connected to networks.
func New(c *core.Core, volumes *volumes.Volumes, images *images.Images, networks *networks.Networks) *Servers {
	d := &Servers{
		Core:      c,
		volumes:   volumes,
		images:    images,
		networks:  networks,
		flavors:   keep.NewCache[*sizes](c.Opts.CacheAge, c.Opts.Now),
		places:    newPlaces(),
		sightings: keep.NewSightings(),
		attempts:  newAttempts(),
		reboots:   newReboots(),
	}
	d.notes = notesOf(d)
	return d
}

// Forget empties the caches.
func (d *Servers) Forget() {
	d.flavors.Forget()
}

// ForgetPlaces forgets where the pages of lists ended.
func (d *Servers) ForgetPlaces() { d.places.forget() }
