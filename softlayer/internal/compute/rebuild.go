package compute

import (
	"context"
	"errors"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	images "github.com/softlayer/jumpgate/softlayer/internal/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// RebuildServer reloads the operating system of a guest. What else changes is
// written before, while SoftLayer still lets it be.
func (d *Servers) RebuildServer(ctx context.Context, id string, r compute.ServerRebuild) (_ *compute.Server, err error) {
	defer d.remember(ctx, id, compute.ActionRebuild)(&err)
	g, unlock, err := lockReady(ctx, d, rebuiltForm, id, compute.ActionRebuild)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := compute.CheckFiles(r.Files, quotas()); err != nil {
		return nil, err
	}
	text, kept, err := d.notes.Split(ctx, g.Notes)
	if err != nil {
		return nil, err
	}
	config, err := d.reload(ctx, g, &kept, r)
	if err != nil {
		return nil, err
	}
	if err := d.editForRebuild(ctx, id, g, text, kept, r); err != nil {
		return nil, err
	}
	is := ""
	if len(g.UserData) > 0 {
		is = g.UserData[0].Value
	}
	if value, differs := newUserData(is, &r); differs {
		set := upstream.Call{Service: "Virtual_Guest", ID: id, Method: "setUserMetadata", Args: []any{[]string{value}}}
		var done any // a bool, or the attributes
		_, err := d.API.Do(ctx, set, &done)
		if err := d.explain(ctx, id, compute.ActionRebuild, err); err != nil {
			return nil, err
		}
		g.UserData, g.UserDataCount = []userData{{Value: value}}, 1
	}
	var confirmation string
	_, err = d.API.Do(ctx, upstream.Call{
		Service: "Virtual_Guest", ID: id, Method: "reloadOperatingSystem", Args: []any{"FORCE", config},
	}, &confirmation)
	if err := d.explain(ctx, id, compute.ActionRebuild, err); err != nil {
		return nil, err
	}
	_ = d.remarkStopped(ctx, id, g, func(*keep.Markers) {}) // if it fails, the server runs when it is rebuilt
	s, err := d.wholeServer(ctx, g.shown())
	if err != nil {
		return nil, err
	}
	s.Status, s.VMState, s.TaskState, s.Fault = "REBUILD", "active", "rebuilding", nil
	s.ImageID = strings.ToLower(r.ImageRef)
	for _, u := range g.UserData {
		s.UserData = append(s.UserData, ownUserData(u.Value)...)
	}
	return s, nil
}

// reload is the configuration that r asks for. It changes g and kept to what
// they will be.
func (d *Servers) reload(ctx context.Context, g *rebuiltGuest, kept *keep.Envelope, r compute.ServerRebuild) (map[string]any, error) {
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	config := make(map[string]any)
	if code, ok := cat.Systems[strings.ToLower(r.ImageRef)]; ok {
		if imageOf(&g.coreGuest, kept) != core.SystemID(code) {
			price := cat.Price(code)
			if price == 0 {
				return nil, compute.ImageUnacceptable(r.ImageRef, "this cloud can't install it on a server that has another system.")
			}
			config["itemPrices"] = []any{map[string]any{"id": price}}
		}
		kept.System = code
	} else {
		t, err := d.images.Template(ctx, r.ImageRef)
		switch {
		case errors.Is(err, images.ErrNotReady):
			return nil, compute.ImageNotActive(r.ImageRef)
		case errors.Is(err, jumpgate.NotFound):
			return nil, compute.RebuildImageNotFound()
		case err != nil:
			return nil, err
		case images.Status(t) != "active":
			return nil, compute.ImageNotActive(r.ImageRef)
		}
		config["imageTemplateId"] = t.ID
		kept.System = ""
	}
	keys := make([]int, 0, 1)
	switch {
	case r.KeyName == nil:
		for _, k := range g.SSHKeys {
			keys = append(keys, k.ID)
		}
	case *r.KeyName == "":
		g.SSHKeys, kept.KeyName = nil, ""
	default:
		number, name, err := d.orderedKey(ctx, *r.KeyName)
		if err != nil {
			return nil, err
		}
		keys, kept.KeyName = append(keys, number), otherName(*r.KeyName, name)
		g.SSHKeys = []key{{number, label{name}}}
	}
	config["sshKeyIds"] = keys
	return config, nil
}

// editForRebuild writes the names and notes of a guest that is rebuilt.
func (d *Servers) editForRebuild(ctx context.Context, id string, g *rebuiltGuest, text string, kept keep.Envelope, r compute.ServerRebuild) error {
	was := host{g.Hostname, g.Domain}
	h, err := d.rename(&kept, was, r.Name, r.Hostname)
	if err != nil {
		return err
	}
	set(&kept.Description, r.Description)
	set(&kept.AccessIPv4, r.AccessIPv4)
	set(&kept.AccessIPv6, r.AccessIPv6)
	set(&kept.AutoDisk, r.AutoDisk)
	if r.Metadata != nil {
		kept.Metadata = r.Metadata
	}
	err = d.edit(ctx, id, compute.ActionRebuild, &g.Noted, was, h, text, kept)
	if err == nil {
		g.Hostname, g.Domain = h.name, h.domain
	}
	return err
}
