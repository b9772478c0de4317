package volume

import (
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// recordActions are those that only change what is said about a volume.
func (s *service) recordActions(all map[string]action[*Volume]) {
	if s.updater == nil {
		return
	}
	all["os-set_bootable"] = action[*Volume]{
		status: http.StatusOK, schema: object([]string{"bootable"}, member("bootable", booleanSchema)),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			if err := allow(r, "volume:update"); err != nil {
				return nil, err
			}
			_, err := s.change(r, v.ID, func(v *Volume) error { v.Bootable = arg.Bool("bootable", false); return nil })
			return nil, err
		},
	}
	all["os-update_readonly_flag"] = action[*Volume]{
		schema: object([]string{"readonly"}, member("readonly", booleanSchema)),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			_, err := s.change(r, v.ID, func(v *Volume) error {
				if v.Status != "available" {
					return InvalidVolume("Volume %s status must be available to update readonly flag, but current status is: %s.", v.ID, v.Status)
				}
				if err := allowAdminMetadata(r); err != nil {
					return err
				}
				v.ReadOnly, v.ReadOnlySet = arg.Bool("readonly", false), true
				return nil
			})
			return nil, err
		},
	}
	all["os-set_image_metadata"] = action[*Volume]{
		status: http.StatusOK, schema: object([]string{"metadata"}, member("metadata", imageText)),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			v, err := s.change(r, v.ID, func(v *Volume) error {
				v.ImageMetadata = merged(v.ImageMetadata, arg.Strings("metadata"))
				return nil
			})
			if err != nil {
				return nil, err
			}
			return jumpgate.Object{{Name: "metadata", Value: rest.Sorted(v.ImageMetadata)}}, nil
		},
	}
	all["os-show_image_metadata"] = action[*Volume]{
		status: http.StatusOK,
		run: func(_ *jumpgate.Request, v *Volume, _ schema.Object) (any, error) {
			return jumpgate.Object{{Name: "metadata", Value: rest.Sorted(v.ImageMetadata)}}, nil
		},
	}
	all["os-unset_image_metadata"] = action[*Volume]{
		status: http.StatusOK, schema: object([]string{"key"}, member("key", filledText)),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			_, err := s.change(r, v.ID, func(v *Volume) error {
				if _, ok := v.ImageMetadata[arg.String("key")]; !ok {
					return jumpgate.NotFound.New("Glance metadata for volume/snapshot %s cannot be found.", v.ID)
				}
				v.ImageMetadata = without(v.ImageMetadata, arg.String("key"))
				return nil
			})
			return nil, err
		},
	}
	all["os-reset_status"] = s.resetStatus()
}

// The states that Cinder's objects know.
var (
	volumeStates = []string{"creating", "available", "deleting", "error", "error_deleting", "error_managing", "managing", "attaching", "in-use", "detaching",
		"maintenance", "restoring-backup", "error_restoring", "reserved", "awaiting-transfer", "backing-up", "error_backing-up", "error_extending", "downloading",
		"uploading", "retyping", "extending"}
	migrationStates = []string{"migrating", "error", "success", "completing", "none", "starting"}
	snapshotStates  = []string{"error", "available", "creating", "deleting", "deleted", "updating", "error_deleting", "unmanaging", "backing-up", "restoring"}
)

// stateOf takes one of the states in any case. kind begins Cinder's sentence
// about another ("Volume status"), shown is how the sentence lists them.
func stateOf(kind, shown string, states []string) *schema.Schema {
	return &schema.Schema{Type: stringType, Format: &schema.Format{
		Message: kind + ": %s is invalid, valid statuses are: " + shown + ".",
		Valid: func(v any) bool {
			s, ok := v.(string)
			return ok && slices.Contains(states, strings.ToLower(s))
		},
	}}
}

func tuple(words []string) string { return "('" + strings.Join(words, "', '") + "')" }

// orNone takes null and the empty string, too.
func orNone(s *schema.Schema) *schema.Schema {
	s, f := orNull(s), *s.Format
	valid := f.Valid
	f.Valid = func(v any) bool { return v == nil || v == "" || valid(v) }
	s.Format = &f
	return s
}

// resetStatus lets an admin say what state a volume is in.
func (s *service) resetStatus() action[*Volume] {
	return action[*Volume]{
		schema: object(nil, member("status", orNone(stateOf("Volume status", tuple(volumeStates), volumeStates))),
			member("attach_status", orNone(stateOf("Volume attach status", "['attached', 'detached']", []string{"attached", "detached"}))),
			member("migration_status", orNone(stateOf("Volume migration status", tuple(migrationStates), migrationStates)))),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			status, attach := strings.ToLower(arg.String("status")), strings.ToLower(arg.String("attach_status"))
			if status == "" && attach == "" && arg.String("migration_status") == "" {
				return nil, jumpgate.BadRequest.New("Must specify 'status', 'attach_status' or 'migration_status' for update.")
			}
			if status == "deleting" {
				return nil, jumpgate.BadRequest.New("Cannot reset-state to deleting")
			}
			_, err := s.change(r, v.ID, func(v *Volume) error {
				if status == "in-use" && len(v.Attachments) == 0 {
					return jumpgate.BadRequest.New("Cannot reset-state to in-use because volume does not have any attachments.")
				}
				if status != "" {
					v.Status = status
				}
				if attach == "detached" {
					v.Attachments = nil
				}
				return nil
			})
			return nil, err
		},
	}
}
