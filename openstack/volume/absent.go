package volume

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// The reasons for what a driver has not.
const (
	noGroups    = "the cloud has no groups of volumes; answered as by a Cinder in which nobody made one"
	noClusters  = "the cloud shows no daemons of the service; answered as by a Cinder without clusters"
	noBackups   = "the cloud has no backups; answered as by a Cinder without cinder-backup"
	noTransfers = "the cloud gives no volume to another project; answered as by a Cinder in which nobody offered one"
	noAdmins    = "for admins, of whom the cloud asks nothing: 403 to others, as in Cinder"
)

// absent answers for what the driver has not as Cinder does where there is
// none.
func absent(s *service, _ any, t *table) {
	absentGroups(t)
	absentBackups(t)
	absentTransfers(t)
	for _, name := range []string{"clusters", "clusters_detail"} {
		t.absent(http.MethodGet, name, noClusters, listClusters)
	}
	t.absent(http.MethodGet, "cluster", noClusters, unknown("cluster_name", noCluster))
	for _, name := range []string{"clusters_enable", "clusters_disable"} {
		t.absent(http.MethodPut, name, noClusters, switchCluster)
	}
	for _, name := range []string{"os_quota_set_detail", "os_quota_set_single"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			t.absent(method, name, "Cinder never had quotas of users", refused(jumpgate.NotFound, ""))
		}
	}
	absentTypes(s, t)
	absentAdmins(t)
}

// noCluster are Cinder's words for a cluster that it does not find.
const noCluster = "Cluster {'binary': 'cinder-volume', 'name': '%s'} could not be found."

// listClusters lists none, and refuses filters that there are not.
func listClusters(r *jumpgate.Request) (any, error) {
	known := []string{"name", "binary", "is_up", "disabled", "num_hosts", "num_down_hosts"}
	if minor(r) >= 26 {
		known = append(known, "replication_status", "frozen", "active_backend_id")
	}
	var wrong []string
	for _, name := range queryOrder(r.URL.RawQuery) {
		if !slices.Contains(known, name) {
			wrong = append(wrong, name)
		}
	}
	if wrong != nil {
		return nil, jumpgate.BadRequest.New("Invalid input received: Invalid filter keys: %s", strings.Join(wrong, ", "))
	}
	return empty("clusters")(r)
}

// switchCluster reads which cluster is to be switched on or off.
func switchCluster(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, object([]string{"name"}, member("name", mandatoryName), member("binary", orNull(shortText)), member("disabled_reason", orNull(shortText))))
	if err != nil {
		return nil, err
	}
	return nil, jumpgate.NotFound.New(noCluster, body.String("name"))
}

// absentTypes is for types that nobody can change.
func absentTypes(s *service, t *table) {
	if s.types == nil {
		return
	}
	const words = "The cloud's types of volumes are for everybody."
	t.absent(http.MethodPost, "volume_type_action", noAdmins, (&actionsOf[*Type]{
		kind: "type", variable: "volume_type_id", find: func(r *jumpgate.Request, _ string) (*Type, error) { return s.typeByID(r) },
		actions: map[string]action[*Type]{"addProjectAccess": {absent: words}, "removeProjectAccess": {absent: words}},
	}).serve)
}

// empty is a list of nothing.
func empty(key string) handler {
	return func(*jumpgate.Request) (any, error) { return jumpgate.Object{{Name: key, Value: []any{}}}, nil }
}

// unknown is for one thing where there is none.
func unknown(variable, words string) handler {
	return func(r *jumpgate.Request) (any, error) { return nil, jumpgate.NotFound.New(words, r.Var(variable)) }
}

func refused(kind jumpgate.Kind, words string) handler {
	return func(*jumpgate.Request) (any, error) { return nil, kind.New("%s", words) }
}

func absentGroups(t *table) {
	for _, x := range []struct{ list, key, one, variable, words string }{
		{"groups", "groups", "group", "group_id", "Group %s could not be found."},
		{"group_snapshots", "group_snapshots", "group_snapshot", "group_snapshot_id", "GroupSnapshot %s could not be found."},
		{"group_types", "group_types", "group_type", "group_type_id", "Group type %s could not be found."},
		{"consistencygroups", "consistencygroups", "consistencygroup", "consistencygroup_id", "Group %s could not be found."},
		{"cgsnapshots", "cgsnapshots", "cgsnapshot", "cgsnapshot_id", "GroupSnapshot %s could not be found."},
	} {
		one := unknown(x.variable, x.words)
		t.absent(http.MethodGet, x.list, noGroups, empty(x.key))
		t.absent(http.MethodGet, x.list+"_detail", noGroups, empty(x.key))
		for _, name := range []string{x.list, x.list + "_action", x.list + "_create_from_src"} {
			t.absent(http.MethodPost, name, noGroups, refused(jumpgate.BadRequest, "The cloud has no groups of volumes."))
		}
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			t.absent(method, x.one, noGroups, one)
		}
		t.absent(http.MethodPost, x.one+"_action", noGroups, one)
		t.absent(http.MethodPost, x.one+"_delete", noGroups, one)
		t.absent(http.MethodPut, x.one+"_update", noGroups, one)
	}
	t.absent(http.MethodGet, "group_types_default", noGroups, refused(jumpgate.NotFound, "Default group type can not be found."))
}

func absentBackups(t *table) {
	none := unknown("backup_id", "Backup %s could not be found.")
	t.absent(http.MethodGet, "backups", noBackups, empty("backups"))
	t.absent(http.MethodGet, "backups_detail", noBackups, empty("backups"))
	t.absent(http.MethodPost, "backups", noBackups, refused(jumpgate.Unavailable, "Service cinder-backup could not be found."))
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		t.absent(method, "backup", noBackups, none)
	}
	t.absent(http.MethodPost, "backup_action", noBackups, none)
	t.absent(http.MethodPost, "backup_restore", noBackups, none)
}

func absentTransfers(t *table) {
	none := unknown("transfer_id", "Transfer %s could not be found.")
	for _, x := range []struct{ list, one string }{{"os_volume_transfer", "os_volume_transfer_single"}, {"volume_transfers", "volume_transfer"}} {
		t.absent(http.MethodGet, x.list, noTransfers, empty("transfers"))
		t.absent(http.MethodGet, x.list+"_detail", noTransfers, empty("transfers"))
		t.absent(http.MethodPost, x.list, noTransfers, refused(jumpgate.BadRequest, "The cloud gives no volume to another project."))
		t.absent(http.MethodGet, x.one, noTransfers, none)
		t.absent(http.MethodDelete, x.one, noTransfers, none)
		t.absent(http.MethodPost, strings.TrimSuffix(x.one, "_single")+"_accept", noTransfers, none)
	}
}

// absentAdmins are the endpoints that the policy leaves to admins and that
// nothing else has taken.
func absentAdmins(t *table) {
	for line := range strings.Lines(policyTable) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 || columns[1] != "rule:admin_api" {
			continue
		}
		pairs := strings.Fields(columns[2])
		for ; len(pairs) >= 2; pairs = pairs[2:] {
			method, name := pairs[0], pairs[1]
			if strings.Contains(name, ":") || t.Handlers(name)[method] != nil { // an action's, or somebody's
				continue
			}
			t.One(method, name, refused(jumpgate.NotImplemented, fmt.Sprintf("The cloud has no %s.", strings.ReplaceAll(name[3:], "_", " "))))
			t.Explain(method, name, noAdmins)
		}
	}
}
