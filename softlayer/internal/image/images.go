package image

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// ListImages yields the account's own templates, those that others share with
// it, the public ones, images that have no template yet, and each operating
// system that can be ordered as an image of its own. What is everybody's is
// cached, the rest is asked for each time, all at the same time.
func (d *Images) ListImages(ctx context.Context, q image.Query) iter.Seq2[*image.Image, error] {
	return func(yield func(*image.Image, error) bool) {
		list, err := d.images(ctx, q.Visibility == "public")
		if err != nil {
			yield(nil, err)
			return
		}
		for _, i := range list {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// images are all images, or those that everybody sees.
func (d *Images) images(ctx context.Context, public bool) ([]*image.Image, error) {
	ctx = d.Notes.Listing(ctx)
	var (
		own, shared []records.Template
		kept        []*record
		theirs      map[string]*record
		answers     map[string]string
	)
	othersLater, catalogueLater := d.public.Begin(ctx, d.loadPublic), d.BeginCatalogue(ctx)
	if !public {
		err := core.Together(
			func() (err error) {
				if shared, err = d.sharedTemplates(ctx); err == nil {
					theirs, err = d.ownersRecords(ctx, shared)
				}
				return err
			},
			func() (err error) {
				if kept, err = d.records(ctx); err == nil {
					answers, err = d.answers(ctx)
				}
				return err
			},
			func() (err error) { own, err = d.ownTemplates(ctx); return err },
		)
		if err != nil {
			return nil, err
		}
	}
	others, err := othersLater()
	if err != nil {
		return nil, err
	}
	cat, err := catalogueLater()
	if err != nil {
		return nil, err
	}
	byTemplate := make(map[string]*record, len(kept))
	var list []*image.Image
	for _, r := range kept {
		if r.Template != "" {
			byTemplate[r.Template] = r
			continue
		}
		list = append(list, &r.Image)
	}
	seen := make(map[string]bool)
	for _, t := range slices.Concat(own, shared) {
		guid := strings.ToLower(t.GlobalIdentifier)
		if guid == "" || t.ParentID != 0 || seen[guid] || d.doomed(ctx, &t) {
			continue // children are the copies of a template in other datacenters
		}
		seen[guid] = true
		i, err := d.view(ctx, &t)
		if err != nil {
			return nil, err
		}
		r, err := d.settled(ctx, &t, cmp.Or(byTemplate[guid], theirs[guid]))
		if err != nil {
			return nil, err
		}
		i.add(ctx, r, d.Opts.Now())
		if i.Owner != keep.Account(ctx) && i.Visibility == "shared" {
			i.MemberStatus = cmp.Or(answers[guid], accepted)
		}
		list = append(list, i.Image)
	}
	for _, p := range others {
		switch r := byTemplate[p.guid]; {
		case seen[p.guid]:
		case r != nil: // the account's own
			i := *p.image
			i.Properties = maps.Clone(i.Properties)
			view{&i}.add(ctx, r, d.Opts.Now())
			list = append(list, &i)
		default:
			list = append(list, p.image)
		}
	}
	for _, s := range cat.Codes {
		list = append(list, d.imageOfSystem(s))
	}
	slices.SortStableFunc(list, func(a, b *image.Image) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return list, nil
}

func (d *Images) ownTemplates(ctx context.Context) ([]records.Template, error) {
	return records.Templates.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getPrivateBlockDeviceTemplateGroups"})
}

func (d *Images) sharedTemplates(ctx context.Context) ([]records.Template, error) {
	return records.Templates.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getSharedBlockDeviceTemplateGroups"})
}

// publicImage is a public template as an image, which is the same to everybody.
type publicImage struct {
	guid  string
	image *image.Image
}

// loadPublic fetches the public images, which lists share from then on.
func (d *Images) loadPublic(ctx context.Context) ([]publicImage, error) {
	templates, err := records.Templates.All(ctx, d.API, upstream.Call{Service: templateService, Method: "getPublicImages"})
	if err != nil {
		return nil, err
	}
	var public []publicImage
	for i := range templates {
		t := &templates[i]
		guid := strings.ToLower(t.GlobalIdentifier)
		if guid == "" || t.ParentID != 0 || keep.MarkersOf(t.TagReferences).Deleting {
			continue
		}
		v, err := d.view(ctx, t)
		if err != nil {
			return nil, err
		}
		p := publicImage{guid, v.Image}
		p.image.Freeze()
		public = append(public, p)
	}
	return public, nil
}

// Image shows a template, an image that has none yet, or an operating system.
func (d *Images) Image(ctx context.Context, id string) (*image.Image, error) {
	f, err := d.find(ctx, id)
	if err != nil {
		return nil, err
	}
	return f.image, nil
}

// found is an image and what it is made of: a record, a template, or both.
type found struct {
	image    *image.Image
	record   *record
	template *records.Template
}

// own tells whether the image is the account's, so that it may be changed.
func (f *found) own(ctx context.Context) bool {
	return f.image.Owner == keep.Account(ctx) && (f.template != nil || f.record != nil)
}

// find finds an image by the id that was promised, or by that of a template.
func (d *Images) find(ctx context.Context, id string) (*found, error) {
	if !keep.GUID.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	id = strings.ToLower(id)
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	if code := cat.Systems[id]; code != "" {
		i := slices.IndexFunc(cat.Codes, func(s core.System) bool { return s.Code == code })
		return &found{image: d.imageOfSystem(cat.Codes[i])}, nil
	}
	f := new(found)
	if f.record, err = d.record(ctx, id); err != nil {
		return nil, err
	}
	if f.record != nil && f.record.Template == "" {
		f.image = &f.record.Image
		return f, nil
	}
	guid := id
	if f.record != nil {
		guid = f.record.Template
	}
	f.template, err = d.wanted(ctx, guid)
	if errors.Is(err, jumpgate.NotFound) && f.record == nil && id[14] == promisedVersion {
		f.template, err = d.promised(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	view, err := d.view(ctx, f.template)
	if err != nil {
		return nil, err
	}
	if f.record == nil && view.ID != guid { // asked for by the template's own id
		if f.record, err = d.record(ctx, view.ID); err != nil {
			return nil, err
		}
	}
	if f.record == nil {
		if f.record, err = d.ownersRecord(ctx, f.template); err != nil {
			return nil, err
		}
	}
	if f.record, err = d.settled(ctx, f.template, f.record); err != nil {
		return nil, err
	}
	view.add(ctx, f.record, d.Opts.Now())
	f.image = view.Image
	return f, d.meet(ctx, f)
}

// promisedVersion is that of the ids that are promised, as of all random UUIDs.
const promisedVersion = '4'

// promised looks for a template by the promised id in its note: its record has
// been lost, or is another account's that shares the template.
func (d *Images) promised(ctx context.Context, id string) (*records.Template, error) {
	var own, shared []records.Template
	look := func(list string, into *[]records.Template) func() error {
		return func() error {
			var err error
			*into, err = records.Templates.All(ctx, d.API, upstream.Call{
				Service: "Account", Method: "get" + strings.ToUpper(list[:1]) + list[1:],
				Filter: upstream.Filter{list: upstream.Filter{"note": upstream.Contains(id)}},
			})
			return err
		}
	}
	err := core.Together(look("privateBlockDeviceTemplateGroups", &own), look("sharedBlockDeviceTemplateGroups", &shared))
	if err != nil {
		return nil, err
	}
	for _, t := range slices.Concat(own, shared) {
		if _, kept := keep.Split(t.Note); kept.Image == id && t.ParentID == 0 && !d.doomed(ctx, &t) {
			return &t, nil
		}
	}
	return nil, jumpgate.NotFound
}

// meet adds what the store says of the accounts that an image is shared with.
func (d *Images) meet(ctx context.Context, f *found) (err error) {
	guid := strings.ToLower(f.template.GlobalIdentifier)
	if !f.own(ctx) {
		if f.image.Visibility == "shared" {
			f.image.MemberStatus, err = d.answer(ctx, keep.Account(ctx), guid)
			f.image.Members = []image.Member{{ProjectID: keep.Account(ctx), Status: f.image.MemberStatus, Created: f.image.Created, Updated: f.image.Created}}
		}
		return err
	}
	for i := range f.image.Members {
		m := &f.image.Members[i]
		if m.Status, err = d.answer(ctx, m.ProjectID, guid); err != nil {
			return err
		}
	}
	return nil
}

// ErrNotReady is that of an image that has no template yet.
var ErrNotReady = jumpgate.Conflict.New("The image is not ready yet.")

// Template fetches the template of an image, unless it is to be deleted.
func (d *Images) Template(ctx context.Context, id string) (*records.Template, error) {
	f, err := d.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if f.template == nil {
		return nil, ErrNotReady
	}
	return f.template, nil
}

// wanted fetches one template, unless it is to be deleted.
func (d *Images) wanted(ctx context.Context, guid string) (*records.Template, error) {
	t, err := d.anyTemplate(ctx, guid)
	if err == nil && d.doomed(ctx, t) {
		err = jumpgate.NotFound
	}
	return t, err
}

func (d *Images) anyTemplate(ctx context.Context, id string) (*records.Template, error) {
	t, err := records.Templates.Get(ctx, d.API, templateService, id)
	if err == nil && t.GlobalIdentifier == "" {
		err = upstream.Unexpected("Virtual_Guest_Block_Device_Template_Group::getObject")
	}
	return t, err
}
