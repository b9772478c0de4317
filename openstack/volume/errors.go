package volume

import "github.com/softlayer/jumpgate"

// The errors for parts of an order that don't exist, in Cinder's words.

// TypeNotFound is for an unknown type of volumes.
func TypeNotFound(name string) error {
	return jumpgate.NotFound.New("Volume type with name %s could not be found.", name)
}

// ZoneNotFound is for an unknown availability zone.
func ZoneNotFound(name string) error {
	return jumpgate.BadRequest.New("Availability zone '%s' is invalid.", name)
}

// SnapshotNotFound is for an unknown snapshot.
func SnapshotNotFound(id string) error {
	return jumpgate.NotFound.New("Snapshot %s could not be found.", id)
}

// NotFound is for an unknown volume.
func NotFound(id string) error {
	return jumpgate.NotFound.New("Volume %s could not be found.", id)
}

// BackupNotFound is for an unknown backup.
func BackupNotFound(id string) error {
	return jumpgate.NotFound.New("Backup %s could not be found.", id)
}

// ImageNotFound is for an unknown image, or one that no volume can be made
// from.
func ImageNotFound() error {
	return jumpgate.BadRequest.New("Invalid image identifier or unable to access requested image.")
}

// InvalidVolume is for a volume in the wrong state.
func InvalidVolume(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid volume: "+format, args...)
}

// SourceNotReady is for a volume that can't be copied yet.
func SourceNotReady() error {
	return InvalidVolume("Originating volume status must be one of 'available, in-use' values")
}

// InvalidInput is for a mistake that no other error describes.
func InvalidInput(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid input received: "+format, args...)
}

// InvalidType is for a type that a volume can't have.
func InvalidType(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid volume type: "+format, args...)
}

// InvalidMetadata is for metadata that a volume can't have.
func InvalidMetadata(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid metadata: "+format, args...)
}

// InstanceNotFound is for an unknown server that an attachment names.
func InstanceNotFound(id string) error {
	return jumpgate.BadRequest.New("Instance %s could not be found.", id)
}

// Elsewhere is for a server and a volume in different availability zones.
func Elsewhere(server, volume, serverZone, volumeZone string) error {
	return InvalidVolume("Instance %s and volume %s are not in the same availability_zone. Instance is in %s. Volume is in %s", server, volume, serverZone, volumeZone)
}

// InvalidSnapshot is for a snapshot in the wrong state.
func InvalidSnapshot(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid snapshot: "+format, args...)
}

// InvalidBackup is for a backup in the wrong state.
func InvalidBackup(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid backup: "+format, args...)
}

// The errors for one too many. Cinder answers them with 413 and Retry-After.

// TooManyVolumes is for a volume over the limit of the quota called name.
func TooManyVolumes(limit int, name string) error {
	return jumpgate.TooLarge.New("VolumeLimitExceeded: Maximum number of volumes allowed (%d) exceeded for quota '%s'.", limit, name)
}

// NoMoreVolumes is TooManyVolumes for a cloud that does not tell the limit.
func NoMoreVolumes() error {
	return jumpgate.TooLarge.New("VolumeLimitExceeded: Maximum number of volumes allowed exceeded for quota 'volumes'.")
}

// TooManySnapshots is for a snapshot over the limit.
func TooManySnapshots(limit int) error {
	return jumpgate.TooLarge.New("SnapshotLimitExceeded: Maximum number of snapshots allowed (%d) exceeded", limit)
}

// TooManyBackups is for a backup over the limit.
func TooManyBackups(limit int) error {
	return jumpgate.TooLarge.New("BackupLimitExceeded: Maximum number of backups allowed (%d) exceeded", limit)
}

// TooManyGigabytes is for a volume or snapshot of size GiB if used GiB of the
// quota limit are taken.
func TooManyGigabytes(size, limit, used int) error {
	return jumpgate.TooLarge.New("VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. "+
		"Requested %dG, quota is %dG and %dG has been consumed.", size, limit, used)
}

// TooManyBackupGigabytes is TooManyGigabytes for backups.
func TooManyBackupGigabytes(size, limit, used int) error {
	return jumpgate.TooLarge.New("VolumeBackupSizeExceedsAvailableQuota: Requested backup exceeds allowed Backup gigabytes quota. "+
		"Requested %dG, quota is %dG and %dG has been consumed.", size, limit, used)
}

// TooLargeForAnyVolume is for a size over the limit of a single volume.
func TooLargeForAnyVolume(size, limit int) error {
	return jumpgate.TooLarge.New("VolumeSizeExceedsLimit: Requested volume size %dG is larger than maximum allowed limit %dG.", size, limit)
}

// InvalidSize is for a size that the cloud does not have, or not for the source.
func InvalidSize(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid volume size: "+format, args...)
}
