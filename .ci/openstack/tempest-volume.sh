#!/usr/bin/env bash
# tempest-volume.sh WORK [REGEX...]: all of tempest.api.volume against the cloud in memory, with everything switched on
# that it has, as an operator who makes users and projects.
set -euo pipefail
. "$(dirname "$0")/tempest-memory.sh"
cat >"$work/tempest.conf" <<'EOT'
[compute]
build_timeout = 60
[volume]
build_timeout = 60
catalog_type = volumev3
backend_names = files
storage_protocol = iSCSI
[volume-feature-enabled]
backup = true
snapshot = true
clone = true
manage_snapshot = true
manage_volume = true
extend_attached_volume = true
volume_revert = true
consistency_group = true
EOT
tempest volume "${@:-tempest.api.volume}"
