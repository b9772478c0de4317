package image

import (
	"context"
	"maps"
	"mime"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// The two media types of a patch: draft 4 names the operation as the member
// ({"replace": "/name", "value": "x"}), draft 10 in one ({"op": "replace",
// "path": "/name", ...}).
const (
	patchDraft4  = "application/openstack-images-v2.0-json-patch"
	patchDraft10 = "application/openstack-images-v2.1-json-patch"
)

var operations = []string{"add", "remove", "replace"}

// change is one operation of a patch.
type change struct {
	op     string
	path   []string
	value  any
	draft4 bool
}

// update answers PATCH /v2/images/{image_guid}.
func (s *service) update(r *jumpgate.Request) (any, error) {
	changes, err := readPatch(r)
	if err != nil {
		return nil, err
	}
	img, err := s.change(r.Context(), r.Var("image_guid"), func(img *Image) error {
		had := maps.Clone(img.Properties)
		for _, c := range changes {
			if err := s.apply(r.Context(), img, c); err != nil {
				return err
			}
		}
		return img.checkQuotas(had)
	})
	if err != nil {
		return nil, err
	}
	return present(img), nil
}

// readPatch reads the operations of a patch and checks each by itself.
func readPatch(r *jumpgate.Request) ([]change, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media != patchDraft4 && media != patchDraft10 {
		r.ResponseHeader().Set("Accept-Patch", patchDraft4+", "+patchDraft10)
		return nil, jumpgate.UnsupportedMedia.New("")
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	list, ok := body.([]any)
	if !ok {
		return nil, jumpgate.BadRequest.New("Request body must be a JSON array of operation objects.")
	}
	changes := make([]change, 0, len(list))
	for _, item := range list {
		raw, ok := item.(schema.Object)
		if !ok {
			return nil, jumpgate.BadRequest.New("Operations must be JSON objects.")
		}
		c, err := readChange(raw, media == patchDraft4)
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	return changes, nil
}

func readChange(raw schema.Object, draft4 bool) (change, error) {
	c := change{draft4: draft4}
	var pointer any
	if draft4 {
		for _, op := range operations {
			if v, ok := raw.Get(op); ok {
				if c.op != "" {
					return c, jumpgate.BadRequest.New(`Operation objects must contain only one member named "add", "remove", or "replace".`)
				}
				c.op, pointer = op, v
			}
		}
		if c.op == "" {
			return c, jumpgate.BadRequest.New(`Operation objects must contain exactly one member named "add", "remove", or "replace".`)
		}
	} else {
		op, ok := raw.Get("op")
		switch c.op, _ = op.(string); {
		case !ok || op == nil:
			return c, jumpgate.BadRequest.New("Unable to find `op` in JSON Schema change. It must be one of the following: %s.", strings.Join(operations, ", "))
		case !slices.Contains(operations, c.op):
			return c, jumpgate.BadRequest.New("Invalid operation: `%s`. It must be one of the following: %s.", schema.Str(op), strings.Join(operations, ", "))
		}
		if pointer, ok = raw.Get("path"); !ok {
			return c, jumpgate.BadRequest.New("Unable to find 'path' in JSON Schema change")
		}
	}
	text, ok := pointer.(string)
	if !ok {
		return c, jumpgate.Internal.New("a path that is no text") // as Glance, which fails
	}
	var err error
	if c.path, err = readPointer(text); err != nil {
		return c, err
	}
	depth := 1
	if c.path[0] == "locations" && c.op != "replace" {
		depth = 2
	}
	if len(c.path) != depth {
		return c, jumpgate.BadRequest.New("Invalid JSON pointer for this resource: '/%s'", strings.Join(c.path, "/"))
	}
	if c.op != "remove" {
		if c.value, ok = raw.Get("value"); !ok {
			return c, jumpgate.BadRequest.New(`Operation "%s" requires a member named "value".`, c.op)
		}
	}
	return c, c.check()
}

var (
	adjacentSlashes = regexp.MustCompile(`/\s*?/`)
	unknownEscape   = regexp.MustCompile(`~[^01]`)
)

// readPointer reads the path of an operation, of which Glance takes a limited
// form.
func readPointer(p string) ([]string, error) {
	switch {
	case !strings.HasPrefix(p, "/"):
		return nil, jumpgate.BadRequest.New("Pointer `%s` does not start with \"/\".", p)
	case adjacentSlashes.MatchString(p[1:]):
		return nil, jumpgate.BadRequest.New("Pointer `%s` contains adjacent \"/\".", p)
	case len(p) > 1 && strings.HasSuffix(p, "/"):
		return nil, jumpgate.BadRequest.New("Pointer `%s` end with \"/\".", p)
	case unknownEscape.MatchString(p), strings.HasSuffix(p, "~"):
		return nil, jumpgate.BadRequest.New("Pointer `%s` contains \"~\" not part of a recognized escape sequence.", p)
	}
	parts := strings.Split(strings.TrimLeft(p, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~"))
	}
	return parts, nil
}

// check refuses what nobody may change, and values that the schema does not
// take.
func (c change) check() error {
	root := c.path[0]
	switch {
	case slices.Contains(unwritable, root), slices.Contains(disallowed[:4], root), root == "id":
		return readOnly(root)
	case slices.Contains(reservedNames, root), strings.HasPrefix(root, reservedPrefix):
		return jumpgate.Forbidden.New("Attribute '%s' is reserved.", root)
	case c.op == "remove":
		return nil
	case len(c.path) == 1:
		return checkImage(schema.Object{{Name: root, Value: c.value}})
	}
	return checkImage(schema.Object{{Name: root, Value: []any{c.value}}})
}

// apply does one operation to img.
func (s *service) apply(ctx context.Context, img *Image, c change) error {
	root := c.path[0]
	if root == "locations" {
		rule := "set_image_location"
		if c.op == "remove" {
			rule = "delete_image_location"
		}
		if err := s.allow(ctx, rule, img); err != nil {
			return err
		}
		return jumpgate.Forbidden.New("It's not allowed to update locations if locations are invisible.")
	}
	if root == "owner" && c.op == "replace" && !s.isAdmin(ctx) {
		return &jumpgate.Error{Kind: jumpgate.Forbidden, Message: accessDenied, Detail: "Owner can't be updated by non admin."}
	}
	if root == "visibility" && c.op != "remove" {
		wanted := *img
		wanted.Visibility = schema.Str(c.value)
		if err := s.allowVisibility(ctx, &wanted); err != nil {
			return err
		}
	}
	if err := s.allowChange(ctx, "modify_image", img); err != nil {
		return err
	}
	_, property := img.Properties[root]
	base := baseMember(root)
	conflict := func(detail string) error {
		return &jumpgate.Error{Kind: jumpgate.Conflict, Message: "There was a conflict when trying to complete your request.", Detail: detail}
	}
	switch {
	case c.op == "remove" && base:
		return &jumpgate.Error{Kind: jumpgate.Forbidden, Message: accessDenied, Detail: "Property " + root + " may not be removed."}
	case c.op != "add" && !base && !property:
		return conflict("Property " + root + " does not exist.")
	case c.op == "remove":
		delete(img.Properties, root)
		return nil
	case c.op == "add" && c.draft4 && (base || property):
		return conflict("Property " + root + " already present.")
	case base:
		if (root == "disk_format" || root == "container_format") && img.Status != "queued" && img.Status != "importing" {
			return jumpgate.Forbidden.New("Attribute %s can be only replaced for a queued image.", root)
		}
		return img.set(root, c.value)
	}
	if img.Properties == nil {
		img.Properties = make(map[string]string)
	}
	img.Properties[root] = schema.Str(c.value)
	return nil
}
