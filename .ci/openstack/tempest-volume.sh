#!/usr/bin/env bash
# tempest-volume.sh WORK [REGEX...]: all of tempest.api.volume against the cloud in memory, with everything switched on
# that it has, as an operator who makes users and projects.
set -euo pipefail
work=$(mkdir -p "$1" && realpath "$1")
shift
cd "$(dirname "$0")/../.."
. .ci/clients/lib
go build -trimpath -o "$work/simple" ./examples/simple
serve -driver memory -action-time 300ms
osc() { OS_CLIENT_CONFIG_FILE=$work/clouds.yaml OS_CLOUD=$1 PATH=/usr/bin:/bin openstack "${@:2}"; }
image=$(osc jumpgate image show cirros-tiny -f value -c id)
other=$(osc jumpgate image show cirros-tiny-2 -f value -c id)
public=$(osc jumpgate network list --external -f value -c ID)
cat >"$work/volume.conf" <<'EOT'
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
OS_AUTH_URL=$url/v3 OS_REGION_NAME=RegionOne T_MODE=dynamic T_ADMIN=admin:secret:admin T_EXTRA=$work/volume.conf T_DIR=$work/tempest \
	T_SERVICES='glance nova cinder neutron' T_COMPUTE_MV=latest T_VOLUME_MV=latest \
	PUBLIC_NETWORK_ID=$public IMAGE_ID=$image IMAGE_ALT_ID=$other FLAVOR_ID=42 FLAVOR_ALT_ID=84 \
	.ci/openstack/tempest-run.sh -n volume "${@:-tempest.api.volume}"
