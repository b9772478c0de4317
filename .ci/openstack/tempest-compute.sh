#!/usr/bin/env bash
# tempest-compute.sh WORK [REGEX...]: all of tempest.api.compute against the cloud in memory, with everything switched
# on that it has, as an operator who makes users and projects. It takes some minutes, so the gate does not run it.
# A test that is skipped and not in tempest/skips/memory-compute-whole.txt, with its reason, is a failure.
# What is off, and why: vnc_console (no page shows consoles), attach_encrypted_volume (no volume is encrypted for real),
# block_migration_for_live_migration (hosts share their disks), volume_multiattach (tempest 33 asks for such volumes by a
# parameter that Cinder no longer has; memory/server_volumes_test.go attaches them), validation (nobody can log in), and
# xenapi_apis (it is for servers on Xen; with it come agents, which Nova removed).
set -euo pipefail
. "$(dirname "$0")/tempest-memory.sh"
# As devstack has it: a pool from which projects without a network get one.
osc jumpgate-admin subnet pool create --share --default --pool-prefix 10.64.0.0/10 --default-prefix-length 26 auto >/dev/null
cat >"$work/tempest.conf" <<'EOT'
[compute]
build_timeout = 60
[compute-feature-enabled]
swap_volume = true
personality = true
live_migration = true
volume_backed_live_migration = true
can_migrate_between_any_hosts = true
config_drive = true
scheduler_enabled_filters = all
hostname_fqdn_sanitization = true
stable_rescue = true
[volume-feature-enabled]
extend_attached_volume = true
EOT
export T_COMPUTE_NODES=2 T_COLD_MIGRATION=true
# Networks are allocated by themselves only while nothing is shared; other tests want a shared network.
code=0
if [ $# = 0 ]; then
	T_DIR=$work/auto tempest auto test_auto_allocate_network || code=1
	export T_SKIPS=.ci/openstack/tempest/skips/memory-compute-whole.txt
fi
osc jumpgate-admin network create --share shared >/dev/null
osc jumpgate-admin subnet create --network shared --subnet-range 10.200.0.0/16 shared >/dev/null
T_EXCLUDE=test_auto_allocate_network tempest compute "${@:-tempest.api.compute}" || code=1
exit $code
