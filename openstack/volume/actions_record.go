package volume

import (
	"net/http"
	"regexp"
	"slices"

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

var volumeStates = []string{"creating", "available", "deleting", "error", "error_deleting", "error_managing", "attaching", "detaching", "in-use",
	"maintenance", "restoring-backup", "error_restoring", "reserved", "awaiting-transfer", "backing-up", "error_backing-up", "error_extending", "downloading",
	"uploading", "retyping", "extending"}

var stateText = &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, Pattern: regexp.MustCompile(`^[a-zA-Z_-]*$`)}

// resetStatus lets an admin say what state a volume is in.
func (s *service) resetStatus() action[*Volume] {
	return action[*Volume]{
		schema: object(nil, member("status", stateText), member("attach_status", stateText), member("migration_status", orNull(stateText))),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			status, attach := arg.String("status"), arg.String("attach_status")
			if status == "" && attach == "" && !arg.Has("migration_status") {
				return nil, jumpgate.BadRequest.New("Must specify 'status', 'attach_status' or 'migration_status' for update.")
			}
			if status != "" && !slices.Contains(volumeStates, status) {
				return nil, jumpgate.BadRequest.New("Must specify a valid status.")
			}
			_, err := s.change(r, v.ID, func(v *Volume) error {
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
