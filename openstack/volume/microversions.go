package volume

import "github.com/softlayer/jumpgate"

// MinVersion and MaxVersion are the oldest and the newest microversion served.
// These changes between them are in:
//
//	3.1   os-volume_upload_image takes protected and visibility
//	3.2   the filter bootable is strict
//	3.3   messages
//	3.4   volumes: filter glance_metadata
//	3.5   messages: filters and pages
//	3.6   consistency groups: an empty name and description
//	3.7   clusters; services tell theirs
//	3.8   manageable_volumes, manageable_snapshots
//	3.9   backups are changed
//	3.10  volumes: filter group_id
//	3.11  group types and their specs
//	3.12  summary of volumes
//	3.13  groups
//	3.14  group snapshots, groups made of others; snapshots tell theirs
//	3.15  volumes: metadata has an ETag, and changes heed If-Match
//	3.16  a managed volume may name a cluster. os-migrate_volume is refused at all versions
//	3.17  lists of what can be managed may name a cluster
//	3.18  backups: project, to admins
//	3.19  group snapshots: reset_status
//	3.20  groups: reset_status
//	3.21  volumes: provider_id, to admins
//	3.22  snapshots: filter metadata
//	3.23  volumes are deleted by force
//	3.24  workers/cleanup, which has nothing to clean
//	3.25  groups: list_volume
//	3.26  freeze and thaw may name a cluster; clusters: more filters. failover is not served
//	3.27  attachments
//	3.28  pools: filter name
//	3.29  group snapshots: filters and pages
//	3.30  snapshots are sorted by name
//	3.31  filters that resource_filters does not have are refused
//	3.32  log levels are not served
//	3.33  resource_filters
//	3.34  filters with ~ want a part
//	3.35  pools: filter volume_type
//	3.36  summary of volumes: metadata
//	3.37  backups are sorted by name
//	3.38  groups: replication, which is refused; its status is disabled
//	3.39  limits of other projects, to admins
//	3.40  revert
//	3.41  snapshots: user_id
//	3.42  os-extend of a volume in use
//	3.43  backups: metadata
//	3.44  attachments: os-complete; until then an update completes
//	3.45  volumes, snapshots, backups: with_count
//	3.46  a volume of an image that stands for a snapshot is made of the snapshot
//	3.47  volumes of backups, which earlier versions take without looking at the id
//	3.48  volumes: shared_targets, service_uuid
//	3.49  services: backend_state
//	3.50  tells that volumes may be attached to several servers
//	3.51  backups: availability_zone
//	3.52  volume types: filter extra_specs
//	3.53  unknown members of an order, and a change of nothing, are refused
//	3.54  attachments: mode
//	3.55  volume-transfers; no_snapshots
//	3.56  backups: user_id
//	3.57  transfers: source, destination, accepted
//	3.58  groups and group snapshots: project, to admins
//	3.59  transfers: sorting and pages
//	3.60  volumes: filters created_at and updated_at compare
//	3.61  volumes: cluster_name, to admins
//	3.62  default-types
//	3.63  volumes: volume_type_id
//	3.64  encryption_key_id, of which no driver tells one
//	3.65  volumes and snapshots: consumes_quota
//	3.66  snapshots of volumes in use need no force
//	3.67  paths without a project, which all versions take
//	3.68  os-reimage
//	3.69  shared_targets may be null, which it never is
//	3.70  transfers of encrypted volumes
//	3.71  os-extend_volume_completion
var (
	MinVersion = jumpgate.Microversion{Major: 3, Minor: 0}
	MaxVersion = jumpgate.Microversion{Major: 3, Minor: 71}
)
