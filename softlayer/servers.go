package softlayer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// pageSize is the most that one call asks for: as much as Nova's largest page.
const pageSize = 1000

// guid is the form of a globalIdentifier. Nothing else may become part of a
// URL upstream.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// ListServers yields the account's virtual guests, newest first by id, for
// ids grow with time and sort uniquely. A page that nobody filters costs one
// call, unless a marker has to be found first: then it costs two more.
func (d *Driver) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		mask, size := guestMask, pageSize
		if !q.Filtered() && q.Limit > 0 {
			size = max(min(q.Limit, pageSize), 2) // a limit of 1 is known to ignore the offset
		}
		if !q.Detail && !q.Filtered() && q.Limit > 0 {
			mask = briefGuestMask
		}
		offset := 0
		if q.Marker != "" {
			var err error
			if offset, err = d.offsetAfter(ctx, q.Marker); err != nil {
				yield(nil, err)
				return
			}
		}
		for {
			var page []guest
			total, err := d.api.do(ctx, call{
				service: "Account", method: "getVirtualGuests", mask: mask,
				filter: filter{"virtualGuests": filter{"id": orderBy("DESC")}},
				offset: offset, limit: size,
			}, &page)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page {
				g := &page[i]
				if g.ID == 0 || g.state().gone {
					continue
				}
				if !yield(g.server(), nil) {
					return
				}
			}
			offset += len(page)
			if len(page) < size || offset >= total {
				return
			}
		}
	}
}

// offsetAfter counts the guests up to the one called id.
func (d *Driver) offsetAfter(ctx context.Context, id string) (int, error) {
	g, err := d.guest(ctx, id, "mask["+stateFields+"]")
	if err != nil {
		return 0, err
	}
	var none []numbered
	return d.api.do(ctx, call{
		service: "Account", method: "getVirtualGuests", mask: "mask[id]",
		filter: filter{"virtualGuests": filter{"id": filter{"operation": ">= " + strconv.Itoa(g.ID)}}},
		limit:  2,
	}, &none)
}

// Server shows one virtual guest.
func (d *Driver) Server(ctx context.Context, id string) (*compute.Server, error) {
	g, err := d.guest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	return g.server(), nil
}

// guest fetches the guest that is called id in OpenStack.
func (d *Driver) guest(ctx context.Context, id, mask string) (*guest, error) {
	if !guid.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	var g guest
	if _, err := d.api.do(ctx, call{service: "Virtual_Guest", id: id, method: "getObject", mask: mask}, &g); err != nil {
		return nil, err
	}
	if g.ID == 0 || g.state().gone {
		return nil, jumpgate.NotFound
	}
	return &g, nil
}

// server is g in Nova's terms.
func (g *guest) server() *compute.Server {
	st := g.state()
	_, kept := splitNotes(g.Notes)
	s := &compute.Server{
		ID:               strings.ToLower(g.GlobalIdentifier),
		Name:             kept.name(g.Hostname),
		TenantID:         strconv.Itoa(g.AccountID),
		Status:           st.status,
		VMState:          st.vm,
		TaskState:        st.task,
		PowerState:       st.power,
		Created:          g.CreateDate.Time,
		Updated:          g.ModifyDate.Time,
		Launched:         g.ProvisionDate.Time,
		Hostname:         g.Hostname,
		AvailabilityZone: g.Datacenter.Name,
		ImageID:          g.imageID(),
		Flavor:           g.flavor(),
		Networks:         g.networks(),
		AccessIPv4:       kept.AccessIPv4,
		AccessIPv6:       kept.AccessIPv6,
		ConfigDrive:      len(g.UserData) > 0,
		Metadata:         kept.Metadata,
		Description:      kept.Description,
	}
	if s.Updated.IsZero() {
		s.Updated = s.Created
	}
	if !g.ProvisionDate.IsZero() {
		s.HostID = hostID(g)
	}
	if b := g.BillingItem; b != nil && b.OrderItem.Order.UserRecordID != 0 {
		s.UserID = strconv.Itoa(b.OrderItem.Order.UserRecordID)
	}
	if len(g.SSHKeys) > 0 {
		s.KeyName = g.SSHKeys[0].Label
	}
	for _, c := range g.NetworkComponents {
		for _, b := range c.SecurityGroups {
			if !slices.Contains(s.SecurityGroups, b.Group.Name) {
				s.SecurityGroups = append(s.SecurityGroups, b.Group.Name)
			}
		}
	}
	for _, t := range g.TagReferences {
		s.Tags = append(s.Tags, t.Tag.Name)
	}
	if st.stuck {
		s.Fault = &compute.Fault{
			Code:    http.StatusInternalServerError,
			Message: "A step of the cloud's work on this server (" + g.Transaction.Status.Name + ") does not end. Please ask the cloud's support.",
			Created: s.Updated,
		}
	}
	return s
}

// hostID stands for the host, which SoftLayer does not show: it differs for
// every server, as if each had a host of its own.
func hostID(g *guest) string {
	sum := sha256.Sum224([]byte(strconv.Itoa(g.AccountID) + "/" + g.GlobalIdentifier))
	return hex.EncodeToString(sum[:])
}

// flavor is the preset that g was ordered as. A guest ordered by processors
// and memory, as was once usual, has a flavor of its own making.
func (g *guest) flavor() compute.Flavor {
	disk := 0
	for _, b := range g.BlockDevices {
		if b.Device == "0" {
			disk = b.DiskImage.Capacity
		}
	}
	id := fmt.Sprintf("custom-%dx%dx%d", g.MaxCPU, g.MaxMemory, disk)
	if g.BillingItem != nil {
		id = cmp.Or(g.BillingItem.OrderItem.Preset.KeyName, id)
	}
	return compute.Flavor{ID: id, Name: id, VCPUs: g.MaxCPU, RAM: g.MaxMemory, Disk: disk}
}

// networks are named public and private, as SoftLayer's are.
func (g *guest) networks() []compute.NetworkAddresses {
	var list []compute.NetworkAddresses
	add := func(name string, port int, ip string) {
		n := compute.NetworkAddresses{Name: name}
		for _, c := range g.NetworkComponents {
			if c.Port != port {
				continue
			}
			if ip = cmp.Or(ip, c.PrimaryIP); ip != "" {
				n.Addresses = append(n.Addresses, compute.Address{Version: 4, Addr: ip, MAC: c.MACAddress})
			}
			if v6 := c.PrimaryVersion; v6 != nil && v6.Address != "" {
				n.Addresses = append(n.Addresses, compute.Address{Version: 6, Addr: v6.Address, MAC: c.MACAddress})
			}
		}
		if n.Addresses != nil {
			list = append(list, n)
		}
	}
	add("public", 1, g.PrimaryIP)
	add("private", 0, g.BackendIP)
	return list
}

// imageID is the template that g was made from or, without one, the id that
// stands for its operating system.
func (g *guest) imageID() string {
	if g.Template != nil && g.Template.GlobalIdentifier != "" {
		return strings.ToLower(g.Template.GlobalIdentifier)
	}
	if code := g.OperatingSystem.License.Description.ReferenceCode; code != "" {
		return systemID(code)
	}
	return ""
}

// UpdateServer renames a guest. It takes two calls: the notes have to be read
// to be changed.
func (d *Driver) UpdateServer(ctx context.Context, id string, u compute.ServerUpdate) (*compute.Server, error) {
	g, err := d.guest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	text, kept := splitNotes(g.Notes)
	name := kept.name(g.Hostname)
	if u.Name != nil {
		name = *u.Name
		if u.Hostname == nil {
			g.Hostname = hostnameFor(name)
		}
	}
	if u.Hostname != nil {
		g.Hostname = *u.Hostname
	}
	kept.setName(name, g.Hostname)
	set := func(field *string, value *string) {
		if value != nil {
			*field = *value
		}
	}
	set(&kept.Description, u.Description)
	set(&kept.AccessIPv4, u.AccessIPv4)
	set(&kept.AccessIPv6, u.AccessIPv6)
	if g.Notes, err = joinNotes(text, kept); err != nil {
		return nil, err
	}
	var done bool
	_, err = d.api.do(ctx, call{
		service: "Virtual_Guest", id: id, method: "editObject",
		args: []any{map[string]any{"hostname": g.Hostname, "notes": g.Notes}},
	}, &done)
	if err != nil {
		return nil, d.explain(ctx, id, err)
	}
	return g.server(), nil
}

// DeleteServer cancels a guest at once, hourly or monthly.
func (d *Driver) DeleteServer(ctx context.Context, id string) error {
	return d.act(ctx, id, "deleteObject")
}

// StartServer powers a guest on.
func (d *Driver) StartServer(ctx context.Context, id string) error {
	return d.act(ctx, id, "powerOn")
}

// StopServer shuts a guest's system down.
func (d *Driver) StopServer(ctx context.Context, id string) error {
	return d.act(ctx, id, "powerOffSoft")
}

// RebootServer reboots a guest.
func (d *Driver) RebootServer(ctx context.Context, id string, how compute.RebootType) error {
	if how == compute.HardReboot {
		return d.act(ctx, id, "rebootHard")
	}
	return d.act(ctx, id, "rebootSoft")
}

// act calls a method of a guest that takes nothing and answers true.
func (d *Driver) act(ctx context.Context, id, method string) error {
	if !guid.MatchString(id) {
		return jumpgate.NotFound
	}
	var done bool
	_, err := d.api.do(ctx, call{service: "Virtual_Guest", id: id, method: method}, &done)
	return d.explain(ctx, id, err)
}

// explain finds out why SoftLayer refused to touch a guest. It says no in
// free text, so the guest's state is asked for: only a refused action costs
// this second call.
func (d *Driver) explain(ctx context.Context, id string, err error) error {
	var no *refusal
	if !errors.As(err, &no) {
		return err
	}
	g, stateErr := d.guest(ctx, id, "mask["+stateFields+"]")
	if errors.Is(stateErr, jumpgate.NotFound) {
		return stateErr
	}
	if stateErr != nil {
		return err
	}
	st := g.state()
	if st.vm == "building" {
		st.task = "" // Nova names the state here, not the task
	}
	return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm, TaskState: st.task}, err)
}
