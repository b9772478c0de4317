# Sourced by tempest-compute.sh and tempest-volume.sh with their arguments, WORK first, which it takes: it serves the
# cloud in memory, and leaves $work, osc and tempest behind, in the root of the project.
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

# tempest NAME REGEX... is one run as an operator, with $work/tempest.conf and the caller's T_ variables.
tempest() {
	OS_AUTH_URL=$url/v3 OS_REGION_NAME=RegionOne T_MODE=dynamic T_ADMIN=admin:secret:admin T_EXTRA=$work/tempest.conf T_DIR=${T_DIR:-$work/tempest} \
		T_SERVICES='glance nova cinder neutron' T_COMPUTE_MV=latest T_VOLUME_MV=latest \
		PUBLIC_NETWORK_ID=$public IMAGE_ID=$image IMAGE_ALT_ID=$other FLAVOR_ID=42 FLAVOR_ALT_ID=84 \
		.ci/openstack/tempest-run.sh -n "$1" "${@:2}"
}
