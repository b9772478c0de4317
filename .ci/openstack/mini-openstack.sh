#!/bin/bash
# mini-openstack.sh - a real, small OpenStack (Debian 12 / Zed) on loopback, no systemd.
#
#   mini-openstack.sh install        apt packages, databases, configs (idempotent)
#   mini-openstack.sh start [svc..]  start the daemons and create projects/users/image/flavors/network
#   mini-openstack.sh stop  [svc..]  stop what this script started (by pid file)
#   mini-openstack.sh status         daemons, ports, resident memory
#   mini-openstack.sh env [user]     OS_* variables: admin (default), demo, alt
#   mini-openstack.sh ids            ids of image/flavors/networks as shell variables
#   mini-openstack.sh clean [user]   delete what tests left in a user's project (default demo)
#   mini-openstack.sh expired-token  an expired Fernet token of the demo user
#   mini-openstack.sh wipe           stop and delete all state (packages stay)
#
# MOS_SERVICES  what to run: "keystone glance placement nova neutron cinder" (the default); "ironic" on request
# MOS_ROOT      state directory (default ${TMPDIR:-/tmp}/jumpgate-openstack/mos)
# MOS_PORT_OFFSET  added to every port: a second cloud beside the first (with an own MOS_ROOT)
# MOS_PORT_KEYSTONE, MOS_PORT_MYSQL ...  one port, where the offset does not do
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=${MOS_ROOT:-${TMPDIR:-/tmp}/jumpgate-openstack/mos}
SERVICES=${MOS_SERVICES:-keystone glance placement nova neutron cinder}
HOST=127.0.0.1
O=${MOS_PORT_OFFSET:-0}
port() { local v=MOS_PORT_$1; printf -v "$1_PORT" %s "${!v:-$(($2 + O))}"; }   # NAME DEFAULT: sets NAME_PORT
port KEYSTONE 15000; port GLANCE 19292; port NOVA 18774; port PLACEMENT 18778; port NEUTRON 19696; port CINDER 18776
port IRONIC 19385; port IRONIC_RPC 18089; port MYSQL 13306; port RABBIT 15673; port RABBIT_DIST 15674; port EPMD 14369
port MEMCACHED 11311
PASS=${MOS_PASSWORD:-secret}            # every password of this throw-away cloud
REGION=RegionOne

# Debian's own python 3.11 must win over pyenv and the like.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
unset PYTHONPATH PYTHONHOME PYENV_VERSION ${!OS_@} || true

ETC=$ROOT/etc LOG=$ROOT/log RUN=$ROOT/run DATA=$ROOT/data PYEXT=$ROOT/python
has() { case " $SERVICES " in *" $1 "*) return 0;; esac; return 1; }
say() { echo "[mos $(date +%T)] $*" >&2; }
die() { say "ERROR: $*"; exit 1; }

# ---------------------------------------------------------------- packages
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then            # keep maintainer scripts from starting daemons
    printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy; made=1
  fi
  local pkgs="mariadb-server memcached uwsgi-core uwsgi-plugin-python3
    python3-pymysql python3-openstackclient keystone curl jq"
  need_bus      && pkgs="$pkgs rabbitmq-server"
  has glance    && pkgs="$pkgs glance-api"
  has placement && pkgs="$pkgs placement-api"
  # no nova-compute package: it only adds libvirt+qemu, the binary is in python3-nova
  has nova      && pkgs="$pkgs nova-api nova-conductor nova-scheduler"
  has neutron   && pkgs="$pkgs neutron-server"
  has cinder    && pkgs="$pkgs cinder-api cinder-scheduler cinder-volume"
  # ironic-common has all binaries; ironic-api/-conductor only add init scripts, tftpd, xinetd, ipxe, qemu
  has ironic    && pkgs="$pkgs ironic-common python3-ironicclient"
  local missing= p
  for p in $pkgs; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$p" 2>/dev/null | grep -q '^ii' || missing="$missing $p"
  done
  if [ -n "$missing" ]; then
    say "apt-get install$missing"
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confdef \
      -o Dpkg::Options::=--force-confold $missing </dev/null >> "$LOG/apt.log" 2>&1 \
      || die "apt-get failed, see $LOG/apt.log"
  fi
  if [ -n "$made" ]; then rm -f $policy; fi
}

# ---------------------------------------------------------------- daemons
# spawn NAME CMD...: own session, pid file, log file; nothing if already alive
alive() { [ -s "$RUN/$1.pid" ] && kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null; }
spawn() {
  local name=$1; shift
  alive "$name" && return 0
  say "start $name"
  setsid "$@" >> "$LOG/$name.log" 2>&1 < /dev/null &
  echo $! > "$RUN/$name.pid"
}
halt() {
  local name=$1 pid i
  alive "$name" || { rm -f "$RUN/$name.pid"; return 0; }
  pid=$(cat "$RUN/$name.pid")
  say "stop $name ($pid)"
  kill -TERM "$pid" 2>/dev/null || true
  for i in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -KILL -- "-$pid" 2>/dev/null || true     # whatever is left of its own session
  rm -f "$RUN/$name.pid"
}
wait_port() { # NAME PORT [SECONDS]
  local i
  for i in $(seq $(( ${3:-60} * 5 ))); do
    (exec 3<>/dev/tcp/$HOST/$2) 2>/dev/null && return 0
    [ -z "$1" ] || alive "$1" || die "$1 died, see $LOG/$1.log"
    sleep 0.2
  done
  die "$1: nothing on port $2, see $LOG/$1.log"
}
wait_http() { # NAME URL
  local i c
  for i in $(seq 300); do
    c=$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$2" || true)
    case $c in 2*|300|401) return 0;; esac
    alive "$1" || die "$1 died, see $LOG/$1.log"
    sleep 0.2
  done
  die "$1: $2 answers '$c', see $LOG/$1.log"
}

sql() { mariadb --defaults-file=/dev/null -uroot -S "$RUN/mysql.sock" "$@"; }

start_mariadb() {
  if [ ! -d "$DATA/mysql/mysql" ]; then
    mkdir -p "$DATA/mysql"; chown mysql: "$DATA/mysql"
    mariadb-install-db --no-defaults --user=mysql --datadir="$DATA/mysql" \
      --auth-root-authentication-method=normal --skip-test-db >> "$LOG/mariadb.log" 2>&1
  fi
  chmod 755 "$ROOT" "$RUN"; chgrp mysql "$RUN"; chmod 775 "$RUN"
  spawn mariadb mariadbd --no-defaults --user=mysql --datadir="$DATA/mysql" \
    --socket="$RUN/mysql.sock" --pid-file="$DATA/mysql/mysqld.pid" \
    --bind-address=$HOST --port=$MYSQL_PORT --max-connections=500 \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --skip-name-resolve \
    --character-set-server=utf8mb3 --collation-server=utf8mb3_general_ci
  wait_port mariadb $MYSQL_PORT
}
start_rabbitmq() {
  mkdir -p "$DATA/rabbit"
  cat > "$ETC/rabbitmq.conf" <<X
listeners.tcp.1 = $HOST:$RABBIT_PORT
loopback_users = none
log.console = true
log.file = false
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
X
  : > "$ETC/rabbit-plugins"
  # an own epmd: the one rabbit would start becomes a daemon that outlives us
  spawn epmd epmd -address $HOST -port $EPMD_PORT
  wait_port epmd $EPMD_PORT
  spawn rabbitmq env HOME="$DATA/rabbit" RABBITMQ_NODENAME=mos@localhost \
    RABBITMQ_CONFIG_FILE="$ETC/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_MNESIA_BASE="$DATA/rabbit" RABBITMQ_LOG_BASE="$LOG" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$ETC/rabbit-plugins" RABBITMQ_DIST_PORT=$RABBIT_DIST_PORT \
    RABBITMQ_PID_FILE="$RUN/rabbit-beam.pid" ERL_EPMD_PORT=$EPMD_PORT ERL_EPMD_ADDRESS=$HOST \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
  wait_port rabbitmq $RABBIT_PORT 90
}
start_memcached() {
  spawn memcached memcached -u nobody -l $HOST -p $MEMCACHED_PORT -U 0 -m 64 -t 2
  wait_port memcached $MEMCACHED_PORT
}
# uwsgi NAME PORT SCRIPT PROCESSES [ENV=VAL..]: one WSGI API
start_wsgi() {
  local name=$1 port=$2 script=$3 procs=$4; shift 4
  spawn "$name" env "$@" PYTHONPATH="$PYEXT" uwsgi_python3 --http-socket $HOST:"$port" \
    --wsgi-file "$script" --master --processes "$procs" --threads 1 --lazy-apps \
    --enable-threads --die-on-term --buffer-size 65535 --need-app \
    --procname-prefix "mos-$name " --add-header "Connection: close" --worker-reload-mercy 5 \
    --log-format '%(addr) "%(method) %(uri) %(proto)" status: %(status) len: %(size) time: %(msecs)ms'
}

# ---------------------------------------------------------------- configuration
db_url() { echo "mysql+pymysql://mos:$PASS@$HOST:$MYSQL_PORT/$1?charset=utf8"; }
authtoken() { # USER: the keystonemiddleware options
  cat <<X
www_authenticate_uri = http://$HOST:$KEYSTONE_PORT/v3
auth_url = http://$HOST:$KEYSTONE_PORT/v3
memcached_servers = $HOST:$MEMCACHED_PORT
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = $PASS
region_name = $REGION
service_token_roles = service
service_token_roles_required = false
X
}
# Debian's /etc/<svc>/policy.d must not leak in: own, empty policy files
policy() { mkdir -p "$ETC/$1/policy.d"; : > "$ETC/$1/policy.yaml"
  printf '[oslo_policy]\npolicy_file = %s\npolicy_dirs = %s\n' "$ETC/$1/policy.yaml" "$ETC/$1/policy.d"; }
common() { # SVC: lock path, bus, database, auth
  mkdir -p "$DATA/$1/lock"
  cat <<X
[oslo_concurrency]
lock_path = $DATA/$1/lock
[oslo_messaging_rabbit]
rabbit_retry_interval = 1
[oslo_messaging_notifications]
driver = noop
[keystone_authtoken]
$(authtoken "$1")
$(policy "$1")
X
}
BUS="rabbit://guest:guest@$HOST:$RABBIT_PORT/"

conf_keystone() {
  mkdir -p -m 700 "$ETC/keystone" "$DATA/keystone"/{fernet,credential}
  cat > "$ETC/keystone/keystone.conf" <<X
[DEFAULT]
public_endpoint = http://$HOST:$KEYSTONE_PORT/
log_file = $LOG/keystone.log
insecure_debug = false
max_token_size = 255
[database]
connection = $(db_url keystone)
[token]
provider = fernet
expiration = ${MOS_TOKEN_SECONDS:-14400}
allow_expired_window = 172800
[fernet_tokens]
key_repository = $DATA/keystone/fernet
[credential]
key_repository = $DATA/keystone/credential
[identity]
password_hash_rounds = 4
[cache]
enabled = true
backend = dogpile.cache.memcached
memcache_servers = $HOST:$MEMCACHED_PORT
[oslo_messaging_notifications]
driver = noop
$(policy keystone)
X
}
conf_glance() {
  mkdir -p "$ETC/glance" "$DATA/glance"/{images,images-slow,staging,tasks}
  cat > "$ETC/glance/glance-api.conf" <<X
[DEFAULT]
bind_host = $HOST
bind_port = $GLANCE_PORT
workers = 1
log_file = $LOG/glance.log
enabled_backends = fast:file, slow:file
enabled_import_methods = [glance-direct,web-download,copy-image]
show_image_direct_url = false
transport_url = $BUS
[database]
connection = $(db_url glance)
[glance_store]
default_backend = fast
[fast]
filesystem_store_datadir = $DATA/glance/images
[slow]
filesystem_store_datadir = $DATA/glance/images-slow
[os_glance_staging_store]
filesystem_store_datadir = $DATA/glance/staging
[os_glance_tasks_store]
filesystem_store_datadir = $DATA/glance/tasks
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
$(common glance)
X
}
conf_placement() {
  mkdir -p "$ETC/placement"
  cat > "$ETC/placement/placement.conf" <<X
[DEFAULT]
log_file = $LOG/placement.log
[api]
auth_strategy = keystone
[placement_database]
connection = $(db_url placement)
$(common placement)
X
}
conf_nova() {
  mkdir -p "$ETC/nova" "$DATA/nova/instances"
  cp /etc/nova/api-paste.ini "$ETC/nova/api-paste.ini"
  cat > "$ETC/nova/nova.conf" <<X
[DEFAULT]
transport_url = $BUS
my_ip = $HOST
state_path = $DATA/nova
instances_path = $DATA/nova/instances
compute_driver = fake.MosFakeDriver
allow_resize_to_same_host = true
reclaim_instance_interval = 0
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
update_resources_interval = 20
sync_power_state_interval = -1
service_down_time = 120
default_schedule_zone = nova
[api]
auth_strategy = keystone
[api_database]
connection = $(db_url nova_api)
max_pool_size = 5
[database]
connection = $(db_url nova)
max_pool_size = 5
[upgrade_levels]
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 30
[filter_scheduler]
track_instance_changes = false
enabled_filters = ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter,SameHostFilter,DifferentHostFilter
[wsgi]
api_paste_config = $ETC/nova/api-paste.ini
[glance]
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token)
endpoint_override = http://$HOST:$GLANCE_PORT
[placement]
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token)
[neutron]
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token)
service_metadata_proxy = false
default_floating_pool = public
[cinder]
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token -e region_name)
catalog_info = volumev3::publicURL
os_region_name = $REGION
[service_user]
send_service_user_token = true
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token)
[vnc]
enabled = true
novncproxy_base_url = http://$HOST:16080/vnc_auto.html
[key_manager]
backend = nova.keymgr.conf_key_mgr.ConfKeyManager
fixed_key = 00000000000000000000000000000000000000000000000000000000000000aa
$(common nova)
X
}
conf_neutron() {
  mkdir -p "$ETC/neutron"
  cat > "$ETC/neutron/neutron.conf" <<X
[DEFAULT]
bind_host = $HOST
bind_port = $NEUTRON_PORT
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
transport_url = $BUS
state_path = $DATA/neutron
log_file = $LOG/neutron.log
core_plugin = ml2
service_plugins = router
api_paste_config = /etc/neutron/api-paste.ini
api_extensions_path =
dns_domain = openstacklocal.
# no agents: without this ports would wait for a DHCP agent
dhcp_agent_notification = false
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
allow_overlapping_ips = true
[database]
connection = $(db_url neutron)
max_pool_size = 5
[nova]
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token)
[placement]
$(authtoken placement | grep -v -e memcached -e www_auth -e service_token)
[ml2]
type_drivers = local,flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = mosnoop
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vlan]
network_vlan_ranges = public:100:199
[ml2_type_vxlan]
vni_ranges = 1:2000
$(common neutron)
X
}
conf_cinder() {
  mkdir -p "$ETC/cinder" "$DATA/cinder"/{volumes,conversion}
  cp /etc/cinder/api-paste.ini /etc/cinder/resource_filters.json "$ETC/cinder/"
  cat > "$ETC/cinder/cinder.conf" <<X
[DEFAULT]
transport_url = $BUS
my_ip = $HOST
osapi_volume_listen = $HOST
osapi_volume_listen_port = $CINDER_PORT
osapi_volume_workers = 1
state_path = $DATA/cinder
image_conversion_dir = $DATA/cinder/conversion
api_paste_config = $ETC/cinder/api-paste.ini
resource_query_filters_file = $ETC/cinder/resource_filters.json
rootwrap_config = /etc/cinder/rootwrap.conf
auth_strategy = keystone
enabled_backends = files
default_volume_type = files
glance_api_servers = http://$HOST:$GLANCE_PORT
enable_force_upload = true
scheduler_default_filters = AvailabilityZoneFilter,CapacityFilter,CapabilitiesFilter
[files]
volume_driver = mos_cinder.FileVolumeDriver
volume_backend_name = files
[database]
connection = $(db_url cinder)
max_pool_size = 5
[nova]
$(authtoken nova | grep -v -e memcached -e www_auth -e service_token)
[key_manager]
backend = cinder.keymgr.conf_key_mgr.ConfKeyManager
fixed_key = 00000000000000000000000000000000000000000000000000000000000000aa
[service_user]
send_service_user_token = true
$(authtoken cinder | grep -v -e memcached -e www_auth -e service_token -e region_name)
$(common cinder)
X
}

conf_ironic() { # fake hardware only; API and conductor talk JSON-RPC, no RabbitMQ
  mkdir -p "$ETC/ironic" "$DATA/ironic"/{tmp,lib}
  cat > "$ETC/ironic/ironic.conf" <<X
[DEFAULT]
auth_strategy = keystone
host = localhost
my_ip = $HOST
rpc_transport = json-rpc
state_path = $DATA/ironic/lib
tempdir = $DATA/ironic/tmp
enabled_hardware_types = fake-hardware
enabled_bios_interfaces = no-bios,fake
enabled_boot_interfaces = fake
enabled_console_interfaces = no-console,fake
enabled_deploy_interfaces = fake
enabled_inspect_interfaces = no-inspect,fake
enabled_management_interfaces = fake
enabled_network_interfaces = noop
enabled_power_interfaces = fake
enabled_raid_interfaces = no-raid,fake
enabled_rescue_interfaces = no-rescue,fake
enabled_storage_interfaces = noop,fake
enabled_vendor_interfaces = no-vendor,fake
[api]
host_ip = $HOST
port = $IRONIC_PORT
[conductor]
workers_pool_size = 20
send_sensor_data = false
[database]
connection = $(db_url ironic)
max_pool_size = 5
[dhcp]
dhcp_provider = none
[fake]
# seconds that each power/deploy action takes; 0 = at once
power_delay = ${MOS_IRONIC_DELAY:-0}
deploy_delay = ${MOS_IRONIC_DELAY:-0}
# long enough to see "inspecting" and a locked node
inspect_delay = 5
[json_rpc]
auth_strategy = noauth
host_ip = $HOST
port = $IRONIC_RPC_PORT
$(common ironic)
X
}

# Three small drivers stand in for hypervisor, switch and disk array; the APIs are untouched.
write_drivers() {
  mkdir -p "$PYEXT/mos-1.0.dist-info"
  printf 'Metadata-Version: 2.1\nName: mos\nVersion: 1.0\n' > "$PYEXT/mos-1.0.dist-info/METADATA"
  printf '[neutron.ml2.mechanism_drivers]\nmosnoop = mos_neutron:NoopMechanismDriver\n' \
    > "$PYEXT/mos-1.0.dist-info/entry_points.txt"
  cat > "$PYEXT/mos_neutron.py" <<'X'
"""ML2 mechanism driver that binds every port on every host, at once ACTIVE."""
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api


class NoopMechanismDriver(api.MechanismDriver):
    def initialize(self):
        pass

    @property
    def connectivity(self):
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context):
        for segment in context.segments_to_bind:
            context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OVS,
                                {portbindings.CAP_PORT_FILTER: True},
                                status=constants.PORT_STATUS_ACTIVE)
            return
X
  cat > "$PYEXT/mos_ironic_wsgi.py" <<'X'
"""ironic-api-wsgi with an explicit config file (the original would read /etc/ironic)."""
import os
from ironic.api.wsgi import initialize_wsgi_app
application = initialize_wsgi_app(['ironic-api', '--config-file', os.environ['MOS_IRONIC_CONF'],
                                   '--log-file', os.environ['MOS_IRONIC_LOG']])
X
  cat > "$PYEXT/mos_nova_compute.py" <<'X'
"""nova-compute with nova's own fake virt driver, but a snapshot really uploads an image."""
import io
import sys

from nova.cmd import compute
import nova.context
from nova import objects
from nova.image import glance
from nova.virt import fake


class MosFakeDriver(fake.FakeDriver):
    def init_host(self, host):
        """Remember the servers of an earlier run: the fake driver keeps them in memory only."""
        super().init_host(host)
        for i in objects.InstanceList.get_by_host(nova.context.get_admin_context(), host):
            self.instances[i.uuid] = fake.FakeInstance(i.name, i.power_state, i.uuid)

    def get_host_uptime(self):
        return ' 12:00:00 up 3 days,  1:02,  1 user,  load average: 0.20, 0.12, 0.14'

    def get_console_output(self, context, instance):
        return ''.join('FAKE CONSOLE OUTPUT LINE %d\n' % i for i in range(1, 41))

    def snapshot(self, context, instance, image_id, update_task_state):
        super().snapshot(context, instance, image_id, update_task_state)
        image_api = glance.API()
        image = image_api.get(context, image_id)
        meta = {'name': image['name'], 'disk_format': 'raw',
                'container_format': 'bare', 'status': 'active',
                'properties': image.get('properties') or {}}
        image_api.update(context, image_id, meta,
                         io.BytesIO(b'snapshot of ' + instance.uuid.encode()))


fake.MosFakeDriver = MosFakeDriver
sys.exit(compute.main())
X
  cat > "$PYEXT/mos_cinder.py" <<'X'
"""Volumes are sparse files; attaching is left to nova's fake driver."""
import os
import shutil
import subprocess

from cinder.image import image_utils
from cinder.volume import driver
from cinder.volume import volume_utils
from oslo_config import cfg

GB = 1024 ** 3


class FileVolumeDriver(driver.VolumeDriver):
    VERSION = '1.0'

    def _path(self, name):
        return os.path.join(cfg.CONF.state_path, 'volumes', name)

    def local_path(self, volume):
        return self._path(volume.name)

    def _copy(self, src, dst, size):
        subprocess.check_call(['cp', '--sparse=always', src, dst])
        if size:
            os.truncate(dst, size * GB)

    def check_for_setup_error(self):
        os.makedirs(self._path(''), exist_ok=True)

    def create_volume(self, volume):
        with open(self.local_path(volume), 'wb') as f:
            f.truncate(volume.size * GB)

    def delete_volume(self, volume):
        if os.path.exists(self.local_path(volume)):
            os.unlink(self.local_path(volume))

    def extend_volume(self, volume, new_size):
        os.truncate(self.local_path(volume), new_size * GB)

    def create_snapshot(self, snapshot):
        self._copy(self._path(snapshot.volume_name), self._path(snapshot.name), 0)

    def delete_snapshot(self, snapshot):
        if os.path.exists(self._path(snapshot.name)):
            os.unlink(self._path(snapshot.name))

    def create_volume_from_snapshot(self, volume, snapshot):
        self._copy(self._path(snapshot.name), self.local_path(volume), volume.size)

    def create_cloned_volume(self, volume, src_vref):
        self._copy(self.local_path(src_vref), self.local_path(volume), volume.size)

    def revert_to_snapshot(self, context, volume, snapshot):
        self._copy(self._path(snapshot.name), self.local_path(volume), volume.size)

    def copy_image_to_volume(self, context, volume, image_service, image_id,
                             disable_sparse=False):
        image_utils.fetch_to_raw(context, image_service, image_id,
                                 self.local_path(volume), '1M', size=volume.size,
                                 run_as_root=False)
        os.truncate(self.local_path(volume), volume.size * GB)

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        volume_utils.upload_volume(context, image_service, image_meta,
                                   self.local_path(volume), volume,
                                   run_as_root=False, compress=False)

    def retype(self, context, volume, new_type, diff, host):
        return True, None

    def migrate_volume(self, context, volume, host):
        return False, None

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def initialize_connection(self, volume, connector):
        return {'driver_volume_type': 'iscsi', 'data': {
            'target_discovered': False, 'target_portal': '127.0.0.1:3260',
            'target_iqn': 'iqn.2010-10.org.openstack:' + volume.name,
            'target_lun': 1, 'volume_id': volume.id, 'access_mode': 'rw'}}

    def terminate_connection(self, volume, connector, **kwargs):
        pass

    def _update_volume_stats(self):
        free = shutil.disk_usage(cfg.CONF.state_path).free // GB
        self._stats = {
            'volume_backend_name': self.configuration.volume_backend_name,
            'vendor_name': 'Open Source', 'driver_version': self.VERSION,
            'storage_protocol': 'iSCSI', 'pools': [{
                'pool_name': 'files', 'total_capacity_gb': free + 1000,
                'free_capacity_gb': free + 1000, 'reserved_percentage': 0,
                'provisioned_capacity_gb': 0, 'max_over_subscription_ratio': 20.0,
                'thin_provisioning_support': True, 'multiattach': True,
                'QoS_support': False, 'online_extend_support': True}]}
X
}

# ---------------------------------------------------------------- databases
once() { [ -e "$DATA/.done-$1" ]; }
did() { touch "$DATA/.done-$1"; }
sync_databases() {
  local db s
  for db in keystone glance placement nova nova_api nova_cell0 neutron cinder ironic; do
    echo "CREATE DATABASE IF NOT EXISTS $db CHARACTER SET utf8mb3;"
  done | { cat; echo "GRANT ALL ON *.* TO 'mos'@'%' IDENTIFIED BY '$PASS';
                      GRANT ALL ON *.* TO 'mos'@'localhost' IDENTIFIED BY '$PASS';"; } | sql
  for s in $SERVICES; do
    once "db-$s" && continue
    say "database of $s"
    "sync_$s" >> "$LOG/dbsync.log" 2>&1 || die "db sync of $s, see $LOG/dbsync.log"
    did "db-$s"
  done
}
sync_keystone() {
  local c="--config-file $ETC/keystone/keystone.conf" u=http://$HOST:$KEYSTONE_PORT/v3
  keystone-manage $c db_sync
  keystone-manage $c fernet_setup --keystone-user root --keystone-group root
  keystone-manage $c credential_setup --keystone-user root --keystone-group root
  keystone-manage $c bootstrap --bootstrap-password "$PASS" --bootstrap-region-id $REGION \
    --bootstrap-public-url $u --bootstrap-internal-url $u --bootstrap-admin-url $u
}
sync_glance() {
  glance-manage --config-file "$ETC/glance/glance-api.conf" db_sync
  glance-manage --config-file "$ETC/glance/glance-api.conf" db_load_metadefs /etc/glance/metadefs || true
}
sync_placement() { placement-manage --config-file "$ETC/placement/placement.conf" db sync; }
sync_nova() {
  local c="nova-manage --config-file $ETC/nova/nova.conf"
  $c api_db sync
  $c cell_v2 map_cell0 --database_connection "$(db_url nova_cell0)"
  $c cell_v2 list_cells | grep -q ' cell1 ' || $c cell_v2 create_cell --name cell1
  $c db sync
}
sync_neutron() { # as root neutron-db-manage would read /etc/neutron first: be explicit
  PYTHONPATH=$PYEXT neutron-db-manage --config-file "$ETC/neutron/neutron.conf" upgrade heads
}
sync_cinder() { PYTHONPATH=$PYEXT cinder-manage --config-file "$ETC/cinder/cinder.conf" db sync; }
sync_ironic() { PYTHONPATH="$PYEXT" ironic-dbsync --config-file "$ETC/ironic/ironic.conf" upgrade; }

# ---------------------------------------------------------------- start, seed
start_keystone() {
  start_wsgi keystone $KEYSTONE_PORT /usr/bin/keystone-wsgi-public 2 \
    OS_KEYSTONE_CONFIG_FILES="$ETC/keystone/keystone.conf"
}
start_glance() { spawn glance glance-api --config-file "$ETC/glance/glance-api.conf"; }
start_placement() {
  start_wsgi placement $PLACEMENT_PORT /usr/bin/placement-api 1 OS_PLACEMENT_CONFIG_DIR="$ETC/placement"
}
start_nova() {
  local c="--config-file $ETC/nova/nova.conf"
  start_wsgi nova-api $NOVA_PORT /usr/bin/nova-api-wsgi 2 OS_NOVA_CONFIG_DIR="$ETC/nova"
  spawn nova-conductor nova-conductor $c --log-file "$LOG/nova-conductor.log"
  spawn nova-scheduler nova-scheduler $c --log-file "$LOG/nova-scheduler.log"
}
start_compute() { # host names matter: FakeDriver calls its node after the host
  local i
  for i in $(seq "${MOS_COMPUTES:-2}"); do
    printf '[DEFAULT]\nhost = fake%s\nlog_file = %s\n' "$i" "$LOG/nova-compute$i.log" > "$ETC/nova/compute$i.conf"
    spawn "nova-compute$i" env PYTHONPATH="$PYEXT" python3 "$PYEXT/mos_nova_compute.py" \
      --config-file "$ETC/nova/nova.conf" --config-file "$ETC/nova/compute$i.conf"
  done
}
start_neutron() { spawn neutron env PYTHONPATH="$PYEXT" neutron-server --config-file "$ETC/neutron/neutron.conf"; }
start_cinder() {
  local c="--config-file $ETC/cinder/cinder.conf"
  spawn cinder-api cinder-api $c --log-file "$LOG/cinder-api.log"
  spawn cinder-scheduler cinder-scheduler $c --log-file "$LOG/cinder-scheduler.log"
  spawn cinder-volume env PYTHONPATH="$PYEXT" cinder-volume $c --log-file "$LOG/cinder-volume.log"
}
start_ironic() { # the conductor first: the API refuses unknown drivers
  spawn ironic-conductor env PYTHONPATH="$PYEXT" ironic-conductor --config-file "$ETC/ironic/ironic.conf" --log-file "$LOG/ironic-conductor.log"
  start_wsgi ironic-api $IRONIC_PORT "$PYEXT/mos_ironic_wsgi.py" 2 \
    MOS_IRONIC_CONF="$ETC/ironic/ironic.conf" MOS_IRONIC_LOG="$LOG/ironic-api.log"
}
seed() { # what is missing of endpoints, users, image, flavors, network, volume type
  MOS_PASS=$PASS MOS_REGION=$REGION MOS_SERVICES=$SERVICES MOS_IDS=$ROOT/ids.env MOS_KEYSTONE=http://$HOST:$KEYSTONE_PORT/v3 \
  MOS_U_glance=http://$HOST:$GLANCE_PORT MOS_U_placement=http://$HOST:$PLACEMENT_PORT \
  MOS_U_nova=http://$HOST:$NOVA_PORT/v2.1 MOS_U_neutron=http://$HOST:$NEUTRON_PORT \
  MOS_U_cinder="http://$HOST:$CINDER_PORT/v3/\$(project_id)s" MOS_U_ironic=http://$HOST:$IRONIC_PORT python3 - "$1" <<'X'
import os, sys, time
from keystoneauth1 import loading, session
E = os.environ
part = sys.argv[1]
svcs = E['MOS_SERVICES'].split()
auth = loading.get_plugin_loader('password').load_from_options(
    auth_url=E['MOS_KEYSTONE'], username='admin', password=E['MOS_PASS'], project_name='admin',
    user_domain_id='default', project_domain_id='default')
s = session.Session(auth=auth)
base = E['MOS_KEYSTONE']


def call(method, url, body=None, **kw):
    r = s.request(url, method, json=body, raise_exc=False, authenticated=True, **kw)
    if r.status_code >= 400:
        sys.exit('%s %s: %s %s' % (method, url, r.status_code, r.text))
    return r.json() if r.content else None


def ensure(url, plural, single, match, extra=None):
    for x in call('GET', url)[plural]:
        if all(x.get(k) == v for k, v in match.items()):
            return x
    return call('POST', url, {single: dict(match, **(extra or {}))})[single]


def role(uid, pid, name):
    rid = ensure(base + '/roles', 'roles', 'role', {'name': name})['id']
    call('PUT', '%s/projects/%s/users/%s/roles/%s' % (base, pid, uid, rid))


def project(name):
    return ensure(base + '/projects', 'projects', 'project', {'name': name, 'domain_id': 'default'})['id']


def user(name, pid, *roles):
    uid = ensure(base + '/users', 'users', 'user', {'name': name, 'domain_id': 'default'},
                 {'password': E['MOS_PASS'], 'default_project_id': pid})['id']
    for r in roles:
        role(uid, pid, r)
    return uid


if part == 'identity':
    service = project('service')
    types = {'glance': 'image', 'placement': 'placement', 'nova': 'compute', 'neutron': 'network', 'cinder': 'volumev3',
             'ironic': 'baremetal'}
    for name in svcs:
        if name == 'keystone':
            continue
        sid = ensure(base + '/services', 'services', 'service', {'type': types[name], 'name': 'cinderv3' if name == 'cinder' else name})['id']
        for i in ('public', 'internal', 'admin'):
            ensure(base + '/endpoints', 'endpoints', 'endpoint', {'service_id': sid, 'interface': i, 'region': E['MOS_REGION']},
                   {'url': E['MOS_U_' + name]})
        user(name, service, 'admin', 'service')
    for name in ('demo', 'alt_demo'):
        user(name, project(name), 'member', 'reader')
    adm = ensure(base + '/users', 'users', 'user', {'name': 'admin', 'domain_id': 'default'})['id']
    role(adm, project('admin'), 'member')
    rid = ensure(base + '/roles', 'roles', 'role', {'name': 'admin'})['id']
    call('PUT', '%s/domains/default/users/%s/roles/%s' % (base, adm, rid))   # lets admin scope to the domain
    sys.exit()

ids = {}
if 'glance' in svcs:
    u = E['MOS_U_glance'] + '/v2/images'
    for name, size in (('cirros-tiny', 65536), ('cirros-tiny-2', 32768)):
        found = [i for i in call('GET', u + '?name=' + name)['images'] if i['status'] == 'active']
        if not found:
            i = call('POST', u, {'name': name, 'disk_format': 'raw', 'container_format': 'bare', 'visibility': 'public', 'min_disk': 0})
            s.put(u + '/' + i['id'] + '/file', data=bytes(i % 251 for i in range(size)),
                  headers={'Content-Type': 'application/octet-stream'})
            found = [i]
        ids['IMAGE_ID' if size == 65536 else 'IMAGE_ALT_ID'] = found[0]['id']
if 'nova' in svcs:
    u = E['MOS_U_nova'] + '/flavors'
    have = {f['id'] for f in call('GET', u)['flavors']}
    for fid, name, ram, disk, vcpus in (('1', 'm1.tiny', 512, 1, 1), ('2', 'm1.small', 2048, 20, 1), ('3', 'm1.medium', 4096, 40, 2),
                                        ('42', 'm1.nano', 128, 1, 1), ('84', 'm1.micro', 192, 1, 1)):
        if fid not in have:
            call('POST', u, {'flavor': {'id': fid, 'name': name, 'ram': ram, 'disk': disk, 'vcpus': vcpus}})
    ids['FLAVOR_ID'], ids['FLAVOR_ALT_ID'] = '42', '84'
if 'neutron' in svcs:
    u = E['MOS_U_neutron'] + '/v2.0/'
    pub = ensure(u + 'networks', 'networks', 'network', {'name': 'public'}, {
        'router:external': True, 'provider:network_type': 'flat', 'provider:physical_network': 'public'})
    ensure(u + 'subnets', 'subnets', 'subnet', {'name': 'public-subnet'}, {
        'network_id': pub['id'], 'ip_version': 4, 'cidr': '172.24.4.0/24', 'enable_dhcp': False})
    shared = ensure(u + 'networks', 'networks', 'network', {'name': 'shared'}, {'shared': True})
    ensure(u + 'subnets', 'subnets', 'subnet', {'name': 'shared-subnet'}, {
        'network_id': shared['id'], 'ip_version': 4, 'cidr': '192.168.233.0/24'})
    for who, cidr in (('alt_demo', '10.11.13.0/24'), ('demo', '10.11.12.0/24')):   # each project: private network and router
        pid = project(who)
        priv = ensure(u + 'networks', 'networks', 'network', {'name': 'private', 'project_id': pid})
        sub = ensure(u + 'subnets', 'subnets', 'subnet', {'name': 'private-subnet', 'project_id': pid}, {
            'network_id': priv['id'], 'ip_version': 4, 'cidr': cidr})
        r = [x for x in call('GET', u + 'routers')['routers'] if x['name'] == 'router1' and x['project_id'] == pid]
        if not r:
            r = [call('POST', u + 'routers', {'router': {'name': 'router1', 'project_id': pid, 'external_gateway_info': {'network_id': pub['id']}}})['router']]
            call('PUT', u + 'routers/%s/add_router_interface' % r[0]['id'], {'subnet_id': sub['id']})
    ids.update(PUBLIC_NETWORK_ID=pub['id'], PRIVATE_NETWORK_ID=priv['id'], SHARED_NETWORK_ID=shared['id'], ROUTER_ID=r[0]['id'])
if 'cinder' in svcs:
    u = s.get_endpoint(service_type='volumev3')
    ensure(u + '/types', 'volume_types', 'volume_type', {'name': 'files'}, {'extra_specs': {'volume_backend_name': 'files'}})
    ids['VOLUME_TYPE'] = 'files'
demo, alt = project('demo'), project('alt_demo')
if 'ironic' in svcs:   # one node each: of demo, of alt_demo, leased to demo, of nobody
    # a project's admin may not set another owner: system scope
    s = session.Session(auth=loading.get_plugin_loader('password').load_from_options(
        auth_url=E['MOS_KEYSTONE'], username='admin', password=E['MOS_PASS'], user_domain_id='default', system_scope='all'))
    u, H = E['MOS_U_ironic'] + '/v1/nodes', {'headers': {'X-OpenStack-Ironic-API-Version': '1.82'}}
    have = {n['name']: n['uuid'] for n in call('GET', u, **H)['nodes']}
    for i, (name, own) in enumerate((('bm-demo', {'owner': demo}), ('bm-alt', {'owner': alt}), ('bm-leased', {'lessee': demo}), ('bm-free', {}))):
        if name not in have:
            n = call('POST', u, dict(own, name=name, driver='fake-hardware', resource_class='baremetal', properties={
                'cpus': '8', 'memory_mb': '16384', 'local_gb': '400', 'cpu_arch': 'x86_64'}), **H)
            have[name] = n['uuid']
            call('POST', E['MOS_U_ironic'] + '/v1/ports', {'node_uuid': n['uuid'], 'address': '52:54:00:00:00:%02x' % (16 + i)}, **H)
            for step, state in (('manage', 'manageable'), ('provide', 'available')):
                call('PUT', u + '/%s/states/provision' % n['uuid'], {'target': step}, **H)
                for _ in range(100):
                    if call('GET', u + '/' + n['uuid'], **H)['provision_state'] == state:
                        break
                    time.sleep(0.2)
        ids['NODE_%s_ID' % name[3:].upper()] = have[name]
ids['DEMO_PROJECT_ID'] = demo
with open(E['MOS_IDS'], 'w') as f:
    f.writelines('%s=%s\n' % kv for kv in sorted(ids.items()))
X
}

# ---------------------------------------------------------------- commands
ALL="ironic-api ironic-conductor cinder-volume cinder-scheduler cinder-api neutron nova-compute1 nova-compute2 nova-compute3 nova-scheduler
  nova-conductor nova-api placement glance keystone memcached rabbitmq epmd mariadb"
prepare() { mkdir -p "$ETC" "$LOG" "$RUN" "$DATA" "$PYEXT"; }
cmd_install() {
  local t=$SECONDS s
  prepare; apt_install
  say "packages done after $((SECONDS - t)) s"
  write_drivers
  for s in $SERVICES; do "conf_$s"; done
  start_mariadb
  sync_databases
  say "install done after $((SECONDS - t)) s"
}
need_bus() { has nova || has neutron || has cinder; }
cmd_start() {
  local t=$SECONDS s
  prepare
  [ -e "$DATA/.done-db-keystone" ] || die "run '$0 install' first"
  if [ $# -gt 0 ]; then
    for s in "$@"; do "start_$s"; done
    return 0
  fi
  start_mariadb; start_memcached
  if need_bus; then start_rabbitmq; fi
  start_keystone; wait_http keystone http://$HOST:$KEYSTONE_PORT/v3
  seed identity
  for s in glance placement neutron nova cinder ironic; do has $s && "start_$s"; done
  has glance    && wait_http glance http://$HOST:$GLANCE_PORT/
  has placement && wait_http placement http://$HOST:$PLACEMENT_PORT/
  has neutron   && wait_http neutron http://$HOST:$NEUTRON_PORT/
  has cinder    && wait_http cinder-api http://$HOST:$CINDER_PORT/
  if has ironic; then
    wait_http ironic-api http://$HOST:$IRONIC_PORT/
    wait_port ironic-conductor $IRONIC_RPC_PORT
  fi
  if has nova; then
    wait_http nova-api http://$HOST:$NOVA_PORT/
    start_compute
  fi
  seed resources
  if has nova; then # map the compute hosts into the cell
    for _ in $(seq 30); do
      nova-manage --config-file "$ETC/nova/nova.conf" cell_v2 discover_hosts >> "$LOG/dbsync.log" 2>&1 || true
      [ "$(sql -N -e 'select count(*) from nova_api.host_mappings')" -ge "${MOS_COMPUTES:-2}" ] && break
      sleep 1
    done
  fi
  say "started after $((SECONDS - t)) s"
}
cmd_stop() {
  local s infra=
  for s in ${@:-$ALL}; do           # all daemons at once, then what they talk to
    case $s in
      memcached|rabbitmq|epmd|mariadb) infra="$infra $s";;
      *) halt "$s" &
    esac
  done
  wait
  for s in $infra; do halt "$s"; done
  case $infra in *epmd*)           # one that rabbitmq started by itself
    (exec 3<>/dev/tcp/$HOST/$EPMD_PORT) 2>/dev/null && epmd -port $EPMD_PORT -kill > /dev/null || true;;
  esac
}
rss() { # resident kB (proportional share) of a session
  local p sum=0 v
  for p in $(ps -o pid= -s "$1"); do
    v=$(awk '/^Pss:/{s=$2} END{print s+0}' "/proc/$p/smaps_rollup" 2>/dev/null || echo 0); sum=$((sum + v))
  done
  echo $((sum / 1024))
}
cmd_status() {
  local s pid m sum=0
  for s in $ALL; do
    if alive "$s"; then
      pid=$(cat "$RUN/$s.pid"); m=$(rss "$pid"); sum=$((sum + m))
      printf '%-18s up    pid %-7s %5s MiB\n' "$s" "$pid" "$m"
    else printf '%-18s down\n' "$s"; fi
  done
  echo "memory (PSS) $sum MiB; keystone http://$HOST:$KEYSTONE_PORT/v3"
}
cmd_env() {
  local u=${1:-admin} p
  case $u in alt) u=alt_demo;; esac
  cat <<X
export OS_AUTH_URL=http://$HOST:$KEYSTONE_PORT/v3 OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=$REGION
export OS_USERNAME=$u OS_PASSWORD=$PASS OS_PROJECT_NAME=$u
export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_INTERFACE=public
X
}
cmd_expired_token() {
  local u p
  u=$(sql -N -e "select user_id from keystone.local_user where name='demo'")
  p=$(sql -N -e "select id from keystone.project where name='demo' and is_domain=0")
  python3 - "$ETC/keystone/keystone.conf" "$u" "$p" <<'X'
import sys
import keystone.conf
keystone.conf.configure()
keystone.conf.CONF(['--config-file', sys.argv[1]], project='keystone')
from keystone.token import token_formatters
print(token_formatters.TokenFormatter().create_token(
    sys.argv[2], '2020-01-01T00:00:00.000000Z', ['AAAAAAAAAAAAAAAAAAAAAA'],
    token_formatters.ProjectScopedPayload, methods=['password'], project_id=sys.argv[3]))
X
}
cmd_clean() {
  eval "$(cmd_env "${1:-demo}")"
  python3 - <<'X'
import os, time
from keystoneauth1 import loading, session
E = os.environ
s = session.Session(auth=loading.get_plugin_loader('password').load_from_options(
    auth_url=E['OS_AUTH_URL'], username=E['OS_USERNAME'], password=E['OS_PASSWORD'], project_name=E['OS_PROJECT_NAME'],
    user_domain_id='default', project_domain_id='default'))
pid, uid = s.get_project_id(), s.get_user_id()
catalog = s.auth.get_access(s).service_catalog.catalog
have = {c['type'] for c in catalog}
n = 0


def each(kind, path, key, keep=lambda x: False, then=None):
    global n
    if kind not in have:
        return
    try:
        base = s.get_endpoint(service_type=kind, interface='public').rstrip('/')
        r = s.get(base + path, raise_exc=False)
        for x in (r.json().get(key) or []) if r.ok else []:
            if not keep(x):
                (then or (lambda b, x: s.delete(b + path.split('?')[0].replace('/detail', '') + '/' + x['id'], raise_exc=False)))(base, x)
                n += 1
    except Exception as e:
        print(kind, path, e)


each('compute', '/servers', 'servers')
for _ in range(60):
    if 'compute' not in have or not s.get(s.get_endpoint(service_type='compute') + '/servers').json()['servers']:
        break
    time.sleep(0.5)
each('compute', '/os-keypairs', 'keypairs', then=lambda b, x: s.delete(b + '/os-keypairs/' + x['keypair']['name']))
each('compute', '/os-server-groups', 'server_groups')
for _ in range(3):   # snapshots before the volumes they hang on
    each('volumev3', '/snapshots', 'snapshots')
    each('volumev3', '/os-volume-transfer', 'transfers')
    each('volumev3', '/volumes', 'volumes')
    time.sleep(1)
each('image', '/v2/images?owner=' + pid, 'images', keep=lambda x: x['visibility'] == 'public')
each('network', '/v2.0/floatingips?project_id=' + pid, 'floatingips')
mine = lambda x: x['name'] in ('router1', 'private', 'private-subnet', 'default')


def router(b, x):
    for p in s.get(b + '/v2.0/ports?device_id=' + x['id']).json()['ports']:
        s.put(b + '/v2.0/routers/%s/remove_router_interface' % x['id'], json={'port_id': p['id']}, raise_exc=False)
    s.delete(b + '/v2.0/routers/' + x['id'], raise_exc=False)


each('network', '/v2.0/routers?project_id=' + pid, 'routers', keep=mine, then=router)
each('network', '/v2.0/ports?project_id=' + pid, 'ports', keep=lambda x: x['device_owner'].startswith('network:'))
for r in ('subnets', 'networks', 'security-groups', 'subnetpools'):
    each('network', '/v2.0/%s?project_id=%s' % (r, pid), r.replace('-', '_'), keep=mine)
b = E['OS_AUTH_URL'] + '/users/%s/' % uid
for r, k in (('application_credentials', 'application_credentials'), ('access_rules', 'access_rules')):
    for x in s.get(b + r).json()[k]:
        s.delete(b + r + '/' + x['id'], raise_exc=False)
        n += 1
print('deleted', n)
X
}
cmd_wipe() { cmd_stop; case $ROOT in /|"${TMPDIR:-/tmp}"|"$HOME"|"${TMPDIR:-/tmp}/jumpgate-openstack") die "refuse to delete $ROOT";; esac; rm -rf "$ROOT"; }

cmd=${1:-}; shift || true
case $cmd in
  install|start|stop|status|env|clean|wipe) "cmd_$cmd" "$@";;
  expired-token) cmd_expired_token;;
  ids) cat "$ROOT/ids.env";;
  *) sed -n '2,17p' "$0"; exit 2;;
esac
