#!/bin/bash
# tempest-run.sh - run Debian's tempest 33 against any OpenStack API, without touching its config.
#
#   tempest-run.sh [-n NAME] [-l LISTFILE | REGEX...]     default regex: tempest.api.identity.v3
#   tempest-run.sh list [REGEX]                           test ids only
#   tempest-run.sh report -n NAME                          the last result again
#
# Cloud        OS_AUTH_URL (v3), OS_REGION_NAME (RegionOne)
# Accounts     T_MODE=static (default): T_ACCOUNTS="user:password:project ..." of domain T_DOMAIN (Default);
#                default is OS_USERNAME:OS_PASSWORD:OS_PROJECT_NAME. One account: everything that needs two
#                (multi-tenant) or an admin is skipped. T_ADMIN=user:password:project adds an admin account.
#              T_MODE=dynamic: tempest makes users and projects itself as T_ADMIN.
# Resources    IMAGE_ID IMAGE_ALT_ID FLAVOR_ID FLAVOR_ALT_ID PUBLIC_NETWORK_ID, T_FIXED_NETWORK (a name unique for the user;
#              default private, with T_MODE=dynamic shared)
# Services     T_SERVICES="glance nova neutron cinder" (default: what the catalog has)
# Microversion T_COMPUTE_MV, T_VOLUME_MV: highest to test (latest); "" = base API only
# Extensions   T_NET_EXT=alias,alias (default: what GET /v2.0/extensions says; "": all)
# Other        T_EXTRA=file with more tempest.conf sections (later values win), T_CONCURRENCY (one account: 1, else 2),
#              T_DIR work folder (default ${TMPDIR:-/tmp}/jumpgate-openstack/tempest/NAME), T_EXCLUDE regex
#              T_SKIPS=file with the skips that are expected, in the form of skips.txt: any other one counts as a failure (a
#              test that begins to be skipped proves nothing any more); one that is missing is noted
# Prints counts and failures; leaves results.csv, failures.txt, skips.txt (reason | test), tempest.conf, tempest.log in the work folder.
# Exit 0: all passed or skipped.
set -uo pipefail
{   # one block: the file may change while it runs
export PATH=/usr/sbin:/usr/bin:/sbin:/bin PYTHON=python3 LC_ALL=C.UTF-8
unset PYTHONPATH PYTHONHOME
DIST=/usr/lib/python3/dist-packages
name=default list=
case ${1:-} in list|report) mode=$1; shift;; *) mode=run;; esac
[ -z "${T_SKIPS:-}" ] || T_SKIPS=$(realpath "$T_SKIPS")
while getopts n:l: o; do case $o in n) name=$OPTARG;; l) list=$(realpath "$OPTARG");; *) exit 2;; esac; done
shift $((OPTIND - 1))
command -v stestr tempest > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  tempest python3-stestr subunit < /dev/null > "${TMPDIR:-/tmp}/tempest-apt.log" 2>&1 || { echo "apt failed: ${TMPDIR:-/tmp}/tempest-apt.log"; exit 2; }
dir=${T_DIR:-${TMPDIR:-/tmp}/jumpgate-openstack/tempest/$name}
mkdir -p "$dir/locks"; cd "$dir" || exit 2
cat > .stestr.conf <<X
[DEFAULT]
test_path=$DIST/tempest/test_discover
top_dir=$DIST/
group_regex=([^\.]*\.)*
X
[ -d .stestr ] || stestr init
report() {
stestr last --subunit > last.subunit 2>> run.out || { tail -20 run.out; echo "no result"; exit 2; }
subunit2csv --no-passthrough < last.subunit > results.csv 2>> run.out
stestr last --all-attachments > failures.txt 2>&1
subunit2pyunit --no-passthrough < last.subunit 2>&1 | sed -n "s/^\(.*\) \.\.\. skipped [\"']\(.*\)[\"']$/\2 | \1/p" | sort > skips.txt
python3 - results.csv "$name" $((SECONDS - ${t:-0})) <<'P'
import collections, csv, datetime, re, sys
rows = [r for r in csv.DictReader(open(sys.argv[1])) if r['test']]
groups, total, bad = collections.OrderedDict(), collections.Counter(), []
for r in sorted(rows, key=lambda r: r['test']):
    st = {'success': 'pass', 'skip': 'skip'}.get(r['status'], 'fail')
    t = re.sub(r'\[.*', '', r['test'])
    fixture = t.startswith(('setUpClass', 'tearDownClass'))
    m = re.search(r'tempest\.[\w.]+', t)
    g = '.'.join((m.group(0) if m else t).split('.')[:5])
    if fixture and st == 'skip':
        st = 'class-skip'
    d = 0.0
    try:
        f = lambda x: datetime.datetime.fromisoformat(x.replace('Z', '+00:00').replace(' UTC', '+00:00'))
        d = (f(r['stop_time']) - f(r['start_time'])).total_seconds()
    except ValueError:
        pass
    x = groups.setdefault(g, collections.Counter())
    x[st] += 1
    x['t'] += d
    total[st] += 1
    if st == 'fail':
        bad.append(r['test'])
print('%-52s %5s %5s %5s %8s' % ('group', 'pass', 'fail', 'skip', 'seconds'))
for g, x in groups.items():
    print('%-52s %5d %5d %5s %8.1f' % (g, x['pass'], x['fail'], '%d%s' % (x['skip'], '+%dC' % x['class-skip'] if x['class-skip'] else ''), x['t']))
print('TOTAL %s: pass %d fail %d skip %d (+%d whole classes) in %s s' % (sys.argv[2], total['pass'], total['fail'], total['skip'], total['class-skip'], sys.argv[3]))
for b in bad:
    print('FAIL ' + b)
if not rows:
    print('NO TESTS RAN')
    sys.exit(2)
P
[ $? = 0 ] || return 2
[ -z "${T_SKIPS:-}" ] || skips "$T_SKIPS" skips.txt
}
# skips EXPECTED FOUND compares two lists by the names of the tests.
skips() {
local names='s/^.* | //; s/\[.*//'
comm -13 <(sed "$names" "$1" | sort -u) <(sed "$names" "$2" | sort -u) | sed 's/^/FAIL newly skipped: /'
comm -23 <(sed "$names" "$1" | sort -u) <(sed "$names" "$2" | sort -u) | sed 's/^/NOTE no longer skipped: /'
}
if [ $mode = list ]; then exec stestr list "${@:-tempest}"; fi
if [ $mode = report ]; then report; exit; fi

: "${OS_AUTH_URL:?}" "${OS_REGION_NAME:=RegionOne}" "${T_MODE:=static}" "${T_DOMAIN:=Default}"
export OS_AUTH_URL T_MODE T_DOMAIN T_ADMIN T_ACCOUNTS
: "${T_ACCOUNTS:=${OS_USERNAME:-}:${OS_PASSWORD:-}:${OS_PROJECT_NAME:-}}" "${T_ADMIN:=}" "${T_EXTRA:=}"
T_COMPUTE_MV=${T_COMPUTE_MV-latest} T_VOLUME_MV=${T_VOLUME_MV-latest}
nacc=$(wc -w <<< "$T_ACCOUNTS")
if [ -z "${T_CONCURRENCY:-}" ]; then
  if [ "$T_MODE" = dynamic ] || [ "$nacc" -ge 4 ]; then T_CONCURRENCY=2; else T_CONCURRENCY=1; fi
fi
if [ -z "${T_SERVICES+x}" ]; then   # ask the catalog
  IFS=: read -r u p pr <<< "$( [ "$T_MODE" = dynamic ] && echo "$T_ADMIN" || echo "${T_ACCOUNTS%% *}")"
  T_SERVICES=$(curl -s -H 'Content-Type: application/json' "${OS_AUTH_URL%/}/auth/tokens" -d "{\"auth\":{\"identity\":{\"methods\":[\"password\"],
    \"password\":{\"user\":{\"name\":\"$u\",\"password\":\"$p\",\"domain\":{\"name\":\"$T_DOMAIN\"}}}},\"scope\":{\"project\":{\"name\":\"$pr\",\"domain\":{\"name\":\"$T_DOMAIN\"}}}}}" |
    python3 -c 'import json,sys; n={"image":"glance","compute":"nova","network":"neutron","volumev3":"cinder"}
print(*[n[s["type"]] for s in json.load(sys.stdin)["token"]["catalog"] if s["type"] in n])') || { echo "cannot log in to read the catalog"; exit 2; }
fi
has() { case " $T_SERVICES " in *" $1 "*) echo true;; *) echo false;; esac; }

auth=
if [ "$T_MODE" = dynamic ]; then
  IFS=: read -r u p pr <<< "$T_ADMIN"
  auth="use_dynamic_credentials = true
admin_username = $u
admin_password = $p
admin_project_name = $pr
admin_domain_name = $T_DOMAIN
create_isolated_networks = true
tempest_roles = member"
else
  auth="use_dynamic_credentials = false
test_accounts_file = $dir/accounts.yaml"
  if [ -n "$T_ADMIN" ]; then # for tests that make their own users in any case
    IFS=: read -r u p pr <<< "$T_ADMIN"
    auth="$auth
admin_username = $u
admin_password = $p
admin_project_name = $pr
admin_domain_name = $T_DOMAIN
tempest_roles = member"
  fi
  { for a in $T_ACCOUNTS; do IFS=: read -r u p pr <<< "$a"
      printf -- "- username: '%s'\n  password: '%s'\n  project_name: '%s'\n  domain_name: '%s'\n" "$u" "$p" "$pr" "$T_DOMAIN"
      [ "$(has neutron)" = true ] && printf "  resources:\n    network: '%s'\n" "${T_FIXED_NETWORK:-private}"
    done
    [ -z "$T_ADMIN" ] || { IFS=: read -r u p pr <<< "$T_ADMIN"
      printf -- "- username: '%s'\n  password: '%s'\n  project_name: '%s'\n  domain_name: '%s'\n  types: ['admin']\n  roles: ['admin']\n" "$u" "$p" "$pr" "$T_DOMAIN"; }
  } > accounts.yaml
fi
mv() { [ -z "$1" ] || printf 'min_microversion = %s\nmax_microversion = %s\n' "$2" "$1"; }
cat > base.conf <<X
[DEFAULT]
log_file = $dir/tempest.log
debug = ${T_DEBUG:-false}
[oslo_concurrency]
lock_path = $dir/locks
[auth]
$auth
[identity]
uri_v3 = $OS_AUTH_URL
auth_version = v3
region = $OS_REGION_NAME
v3_endpoint_type = public
default_domain_id = default
[identity-feature-enabled]
api_v2 = false
api_v2_admin = false
api_v3 = true
application_credentials = true
access_rules = true
trust = true
[service_available]
glance = $(has glance)
nova = $(has nova)
neutron = $(has neutron)
cinder = $(has cinder)
swift = false
horizon = false
[image]
catalog_type = image
region = $OS_REGION_NAME
[image-feature-enabled]
api_v1 = false
api_v2 = true
import_image = true
[compute]
region = $OS_REGION_NAME
image_ref = ${IMAGE_ID:-}
image_ref_alt = ${IMAGE_ALT_ID:-${IMAGE_ID:-}}
flavor_ref = ${FLAVOR_ID:-}
flavor_ref_alt = ${FLAVOR_ALT_ID:-}
fixed_network_name = ${T_FIXED_NETWORK:-$([ "$T_MODE" = dynamic ] && echo shared || echo private)}
build_interval = 1
build_timeout = 120
ready_wait = 0
min_compute_nodes = ${T_COMPUTE_NODES:-1}
$(mv "$T_COMPUTE_MV" "${T_COMPUTE_MV_MIN:-2.1}")
[compute-feature-enabled]
resize = true
pause = true
suspend = true
shelve = true
rescue = true
snapshot = true
console_output = true
interface_attach = true
swap_volume = false
attach_encrypted_volume = false
change_password = true
personality = false
vnc_console = false
live_migration = false
cold_migration = ${T_COLD_MIGRATION:-false}
[validation]
run_validation = false
[network]
region = $OS_REGION_NAME
public_network_id = ${PUBLIC_NETWORK_ID:-}
project_network_cidr = 10.100.0.0/16
[network-feature-enabled]
ipv6 = true
floating_ips = true
${T_NET_EXT:+api_extensions = $T_NET_EXT}
[volume]
catalog_type = volumev3
region = $OS_REGION_NAME
build_interval = 1
build_timeout = 120
volume_size = 1
storage_protocol = iSCSI
$(mv "$T_VOLUME_MV" "${T_VOLUME_MV_MIN:-3.0}")
[volume-feature-enabled]
backup = false
snapshot = true
clone = true
multi_backend = false
manage_snapshot = false
manage_volume = false
extend_attached_volume = false
X
python3 - base.conf $T_EXTRA > tempest.conf <<'P'   # merge: later files win, sections stay unique
import configparser, sys
c = configparser.RawConfigParser(strict=False)
c.optionxform = str
c.default_section = None
for f in sys.argv[1:]:
    with open(f) as h:
        c.read_file(h)
c.write(sys.stdout)
P
export TEMPEST_CONFIG_DIR=$dir TEMPEST_CONFIG=tempest.conf
# tempest sleeps 10 s before every DELETE of a subnet; 0.5 s will do (T_SLOW=1: leave it)
mkdir -p py; cat > py/sitecustomize.py <<'P'
import sys, time
_sleep = time.sleep
time.sleep = lambda s: _sleep(0.5 if s == 10 and sys._getframe(1).f_code.co_name == 'delete_subnet' else s)
P
[ -n "${T_SLOW:-}" ] || export PYTHONPATH=$dir/py
rm -f tempest.log
args=(run --concurrency "$T_CONCURRENCY" --suppress-attachments)
if [ -n "$list" ]; then args+=(--load-list "$list"); else
  [ -z "${T_EXCLUDE:-}" ] || args+=(--exclude-regex "$T_EXCLUDE")
  args+=("${@:-tempest.api.identity.v3}")
fi
t=$SECONDS
stestr "${args[@]}" > run.out 2>&1
report > report.txt
code=$?
cat report.txt
[ $code = 0 ] || exit 2
grep -q '^FAIL' report.txt && { echo "details: $dir/failures.txt"; exit 1; }
exit 0
}
