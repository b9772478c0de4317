package volume

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// backupRecords serves what is written down of backups, to find them by when
// the cloud has forgotten them.
func backupRecords(s *service, driver any, t *table) {
	d, ok := driver.(BackupRecorder)
	if !ok || s.backups == nil || s.getter == nil {
		return
	}
	t.add(http.MethodGet, "backup_export_record", func(r *jumpgate.Request) (any, error) {
		b, err := s.backup(r, r.Var("backup_id"))
		if err != nil {
			return nil, err
		}
		if b.Status != "available" {
			return nil, InvalidBackup("Backup status must be available and not %s.", b.Status)
		}
		service, place, err := d.BackupPlace(r.Context(), b.ID)
		if err != nil {
			return nil, named(err, BackupNotFound(b.ID))
		}
		text, err := writeRecord(b, service, place)
		return jumpgate.Object{{Name: "backup-record", Value: jumpgate.Object{
			{Name: "backup_service", Value: service}, {Name: "backup_url", Value: text},
		}}}, err
	})
	for _, name := range []string{"backups_import_record", "backup_import_record"} { // the second is of version 2
		t.add(http.MethodPost, name, func(r *jumpgate.Request) (any, error) { return s.importBackup(r, d) })
	}
}

var (
	base64Text = &schema.Schema{Type: stringType, MinLength: 1, Format: &schema.Format{Name: "base64", Valid: func(v any) bool {
		text, ok := v.(string)
		_, err := base64.StdEncoding.DecodeString(text)
		return !ok || err == nil
	}}}
	recordBody = wrapped("backup-record", object([]string{"backup_service", "backup_url"}, member("backup_service", shortText), member("backup_url", base64Text)))
)

// backupRecord is a backup as Cinder writes it down.
type backupRecord struct {
	ID            string            `json:"id"`
	UserID        string            `json:"user_id"`
	ProjectID     string            `json:"project_id"`
	VolumeID      string            `json:"volume_id"`
	SnapshotID    *string           `json:"snapshot_id"`
	Zone          *string           `json:"availability_zone"`
	Container     *string           `json:"container"`
	Status        string            `json:"status"`
	FailReason    *string           `json:"fail_reason"`
	Size          *int              `json:"size"`
	Name          *string           `json:"display_name"`
	Description   *string           `json:"display_description"`
	Service       string            `json:"service"`
	Place         *string           `json:"service_metadata"`
	Objects       int               `json:"object_count"`
	Created       any               `json:"created_at"`
	DataTimestamp any               `json:"data_timestamp"`
	Metadata      map[string]string `json:"metadata"`
}

// writeRecord is a backup in a text that readRecord reads.
func writeRecord(b *Backup, service, place string) (string, error) {
	optional := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	when := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return t.UTC().Format("2006-01-02T15:04:05Z")
	}
	text, err := json.Marshal(backupRecord{
		ID: b.ID, UserID: b.UserID, ProjectID: b.ProjectID, VolumeID: b.VolumeID, SnapshotID: optional(b.SnapshotID), Zone: optional(b.Zone),
		Container: optional(b.Container), Status: b.Status, FailReason: optional(b.FailReason), Size: &b.Size, Name: optional(b.Name),
		Description: optional(b.Description), Service: service, Place: &place, Objects: b.Objects, Created: when(b.Created),
		DataTimestamp: when(b.DataTimestamp), Metadata: b.Metadata,
	})
	return base64.StdEncoding.EncodeToString(text), err
}

func readRecord(record string) (b Backup, place string, err error) {
	decoded, err := base64.StdEncoding.DecodeString(record)
	if err != nil {
		return b, "", jumpgate.BadRequest.New("Invalid input received: Can't decode backup record.")
	}
	var x backupRecord
	if json.Unmarshal(decoded, &x) != nil {
		return b, "", jumpgate.BadRequest.New("Invalid input received: Can't parse backup record.")
	}
	switch {
	case x.ID == "":
		return b, "", jumpgate.BadRequest.New("Invalid input received: Provided backup record is missing an id")
	case x.Size == nil:
		return b, "", jumpgate.BadRequest.New("Invalid input received: Provided backup record is missing size attribute")
	}
	b = Backup{ID: x.ID, VolumeID: x.VolumeID, SnapshotID: text(x.SnapshotID), Zone: text(x.Zone), Container: text(x.Container), Size: *x.Size,
		Name: text(x.Name), Description: text(x.Description), Objects: x.Objects, Metadata: x.Metadata}
	if when, ok := x.DataTimestamp.(string); ok {
		b.DataTimestamp, _ = rest.ParseDate(when)
	}
	return b, text(x.Place), nil
}

func (s *service) importBackup(r *jumpgate.Request, d BackupRecorder) (any, error) {
	body, err := readBody(r, recordBody)
	if err != nil {
		return nil, err
	}
	given := body.Object("backup-record")
	b, place, err := readRecord(given.String("backup_url"))
	if err != nil {
		return nil, err
	}
	made, err := d.FindBackup(r.Context(), given.String("backup_service"), place, b)
	if errors.Is(err, jumpgate.Conflict) {
		return nil, InvalidBackup("Backup already exists in database.")
	}
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: "backup", Value: s.showBackup(r, made, briefForm)}}}, nil
}
