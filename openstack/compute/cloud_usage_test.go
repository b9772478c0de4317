package compute_test

import (
	"context"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
)

func (c *cloud) Usages(context.Context, time.Time, time.Time) ([]compute.Usage, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.past
	for _, s := range c.servers {
		list = append(list, compute.Usage{
			ServerID: s.ID, Name: s.Name, FlavorName: s.Flavor.Name, VCPUs: s.Flavor.VCPUs, RAM: s.Flavor.RAM, Disk: s.Flavor.Disk,
			VMState: s.VMState, Launched: s.Launched, Terminated: s.Terminated,
		})
	}
	return list, nil
}

// used gives the cloud the past that recording 55 shows.
func (c *cloud) used(t testing.TB) {
	var body struct {
		Usage struct {
			Servers []struct {
				Flavor    string
				ID        string `json:"instance_id"`
				Name      string
				Memory    int `json:"memory_mb"`
				Disk      int `json:"local_gb"`
				VCPUs     int
				StartedAt string `json:"started_at"`
				EndedAt   string `json:"ended_at"`
			} `json:"server_usages"`
		} `json:"tenant_usage"`
	}
	decode(t, numbered(t, "055"), &body)
	for _, s := range body.Usage.Servers {
		c.past = append(c.past, compute.Usage{
			ServerID: s.ID, Name: s.Name, FlavorName: s.Flavor, VCPUs: s.VCPUs, RAM: s.Memory, Disk: s.Disk,
			Launched: date(s.StartedAt + "Z"), Terminated: date(s.EndedAt + "Z"),
		})
	}
}
