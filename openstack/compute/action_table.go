package compute

import (
	"regexp"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// action is one of the things that POST /servers/{id}/action can do, as Nova
// knows it, whatever the driver can.
type action struct {
	does         Action // for the state that it needs; none: it is gone
	since, until int    // minor versions, until exclusive; 0: no bound
	body         body   // of the value under its name; nil: anything
	rule         string // of the policy that leaves it to admins
	gone         bool   // Nova removed it
	lost         string // how Nova words an unknown server; empty: as everywhere
	unable       unable // how Nova says that it can't; nil: as everywhere
}

// unable is the fault of an action that the cloud behind the driver can't do
// to a server which is in the state for it.
type unable func(s *Server, in schema.Object) error

// body is the schema of a value at a minor version; nil: anything.
type body func(version int, legacy bool) *schema.Schema

// always is a body of one schema.
func always(s *schema.Schema) body {
	return func(int, bool) *schema.Schema { return s }
}

// between is a body that has a schema from one minor version until another;
// 0: no bound.
func between(since, until int, s *schema.Schema) body {
	return func(version int, _ bool) *schema.Schema {
		if rest.Within(version, since, until) {
			return s
		}
		return nil
	}
}

// either is the first of bodies that has a schema.
func either(bodies ...body) body {
	return func(version int, legacy bool) *schema.Schema {
		for _, b := range bodies {
			if s := b(version, legacy); s != nil {
				return s
			}
		}
		return nil
	}
}

// unmapped is what Nova says where it looks in its map of cells first.
const unmapped = "Instance %s has no mapping to a cell."

// actionTable are all actions of Nova (nova/api/openstack/compute). Of those
// that admins alone may do the bodies are checked before the policy is.
var actionTable = map[string]action{
	"addFixedIp":          {does: ActionChangeFixedIP, until: 44, body: always(must(networkIDMember)), unable: noMoreFixedIPs},
	"addFloatingIp":       {does: ActionAddFloatingIP, until: 44, body: always(addFloatingIPBody), unable: noFloatingIPToAdd},
	"addSecurityGroup":    {does: ActionAddSecurityGroup, unable: noSecurityGroups},
	"changePassword":      {does: ActionChangePassword, body: always(must(member("adminPass", anyString))), unable: noPasswords},
	"confirmResize":       {does: ActionConfirmResize},
	"createBackup":        {does: ActionCreateBackup, body: createBackupBody.value},
	"createImage":         {does: ActionCreateImage, body: createImageBody.value},
	"evacuate":            {does: ActionEvacuate, body: evacuateBody.value, rule: "os_compute_api:os-evacuate"},
	"forceDelete":         {does: ActionForceDelete},
	"injectNetworkInfo":   {does: ActionInjectNetworkInfo, rule: "os_compute_api:os-admin-actions:inject_network_info"},
	"lock":                {does: ActionLock, body: between(73, 0, orNull(object(member("locked_reason", &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}))))},
	"migrate":             {does: ActionMigrate, body: between(56, 0, orNull(object(member("host", hostOrNull)))), rule: "os_compute_api:os-migrate-server:migrate"},
	"os-getConsoleOutput": {does: ActionConsoleOutput, body: always(object(member("length", lineCount)))},
	"os-getRDPConsole":    {does: ActionRDPConsole, until: 6, body: always(must(oneType("rdp-html5")))},
	"os-getSPICEConsole":  {does: ActionSPICEConsole, until: 6, body: always(must(oneType("spice-html5")))},
	"os-getSerialConsole": {does: ActionSerialConsole, until: 6, body: always(must(oneType("serial")))},
	"os-getVNCConsole":    {does: ActionVNCConsole, until: 6, body: always(must(oneType("novnc", "xvpvnc")))},
	"os-migrateLive":      {does: ActionLiveMigrate, body: migrateLiveBody.value, rule: "os_compute_api:os-migrate-server:migrate_live"},
	"os-resetState":       {does: ActionResetState, body: always(must(member("state", &schema.Schema{Type: stringType, Enum: []any{"active", "error"}}))), rule: "os_compute_api:os-admin-actions:reset_state"},
	"os-start":            {does: ActionStart, lost: unmapped},
	"os-stop":             {does: ActionStop, lost: unmapped},
	"pause":               {does: ActionPause},
	"reboot":              {does: ActionReboot, body: always(rebootBody)},
	"rebuild":             {does: ActionRebuild, body: rebuildBody.value},
	"removeFixedIp":       {does: ActionChangeFixedIP, until: 44, body: always(must(member("address", ipSchema))), unable: fixedIPStays},
	"removeFloatingIp":    {does: ActionRemoveFloatingIP, until: 44, body: always(must(member("address", ipSchema))), unable: noFloatingIPToRemove},
	"removeSecurityGroup": {does: ActionRemoveSecurityGroup, unable: noSecurityGroups},
	"rescue":              {does: ActionRescue, body: always(orNull(object(member("adminPass", anyString), member("rescue_image_ref", uuidSchema))))},
	"resetNetwork":        {gone: true},
	"resize":              {does: ActionResize, body: resizeBody.value},
	"restore":             {does: ActionRestore},
	"resume":              {does: ActionResume},
	"revertResize":        {does: ActionRevertResize},
	"shelve":              {does: ActionShelve},
	"shelveOffload":       {does: ActionShelveOffload, rule: "os_compute_api:os-shelve:shelve_offload"},
	"suspend":             {does: ActionSuspend},
	"trigger_crash_dump":  {does: ActionCrashDump, since: 17, body: always(nullSchema), lost: unmapped, unable: noCrashDumps},
	"unlock":              {does: ActionUnlock},
	"unpause":             {does: ActionUnpause},
	"unrescue":            {does: ActionUnrescue},
	"unshelve":            {does: ActionUnshelve, body: either(between(77, 91, unshelveSince77), between(91, 0, unshelveSince91))},
}

// must is the schema of an object of these members, all of them required.
func must(members ...schema.Property) *schema.Schema {
	s := object(members...)
	for _, m := range members {
		s.Required = append(s.Required, m.Name)
	}
	return s
}

// orNull is s, of objects, that also takes null.
func orNull(s *schema.Schema) *schema.Schema {
	both := *s
	both.Type = []schema.Type{schema.Map, schema.Null}
	return &both
}

func oneType(kinds ...string) schema.Property {
	return member("type", &schema.Schema{Type: stringType, Enum: anys(kinds...)})
}

var (
	networkIDMember = member("networkId", &schema.Schema{
		Type: []schema.Type{schema.String, schema.Number}, MinLength: 1, MaxLength: 36,
	})
	lineCount = &schema.Schema{
		Type: []schema.Type{schema.Integer, schema.String, schema.Null}, Pattern: regexp.MustCompile(`^-?[0-9]+$`),
		Minimum: schema.Ptr(-1),
	}
	hostOrNull = &schema.Schema{
		Type: []schema.Type{schema.String, schema.Null}, MinLength: 1, MaxLength: 255, Pattern: fqdnSchema.Pattern,
	}
	notNegative = &schema.Schema{
		Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]*$`),
		Minimum: schema.Ptr(0), MinLength: 1,
	}
	booleanOrAuto = &schema.Schema{Type: booleanSchema.Type, Enum: append(booleanSchema.Enum[:len(booleanSchema.Enum):len(booleanSchema.Enum)], "auto")}

	addFloatingIPBody = &schema.Schema{
		Type: mapType, Properties: []schema.Property{member("address", ipSchema), member("fixed_address", ipSchema)},
		Required: []string{"address"},
	}
	rebootBody = must(member("type", &schema.Schema{
		Type: stringType, Enum: []any{"HARD", "Hard", "hard", "SOFT", "Soft", "soft"},
	}))
	unshelveSince77 = &schema.Schema{
		Type: []schema.Type{schema.Map, schema.Null}, Properties: []schema.Property{member("availability_zone", nameSchema)},
		Required: []string{"availability_zone"},
	}
	unshelveSince91 = &schema.Schema{AnyOf: []*schema.Schema{
		object(
			member("availability_zone", &schema.Schema{AnyOf: []*schema.Schema{nullSchema, anyString}}),
			member("host", anyString),
		),
		nullSchema,
	}}

	resizeBody = &versionedBody{members: []bodyMember{
		{name: "flavorRef", schema: flavorRefSchema, required: 1},
		{name: "OS-DCF:diskConfig", schema: diskConfigSchema},
	}}
	createImageBody = &versionedBody{members: []bodyMember{
		{name: "name", schema: nameSchema, required: 1},
		{name: "metadata", schema: metadataSchema},
	}}
	createBackupBody = &versionedBody{members: []bodyMember{
		{name: "name", schema: nameSchema, legacy: spacedName, required: 1},
		{name: "backup_type", schema: anyString, required: 1},
		{name: "rotation", schema: notNegative, required: 1},
		{name: "metadata", schema: metadataSchema},
	}}
	rebuildBody = &versionedBody{members: []bodyMember{
		{name: "name", schema: nameSchema, legacy: spacedName},
		{name: "imageRef", schema: uuidSchema, required: 1},
		{name: "adminPass", schema: anyString},
		{name: "metadata", schema: metadataSchema},
		{name: "preserve_ephemeral", schema: booleanSchema},
		{name: "OS-DCF:diskConfig", schema: diskConfigSchema},
		{name: "accessIPv4", schema: ipv4Schema},
		{name: "accessIPv6", schema: ipv6Schema},
		{name: "personality", until: 57, schema: list(object(
			member("path", anyString), member("contents", &schema.Schema{Type: stringType, Format: base64Format}),
		))},
		{name: "description", since: 19, schema: descriptionText},
		{name: "key_name", since: 54, schema: &schema.Schema{AnyOf: []*schema.Schema{
			{Type: stringType, MinLength: 1, MaxLength: 255}, nullSchema,
		}}},
		{name: "user_data", since: 57, schema: &schema.Schema{AnyOf: []*schema.Schema{userDataSchema, nullSchema}}},
		{name: "trusted_image_certificates", since: 63, schema: trustedCertificates},
		{name: "hostname", since: 90, until: 94, schema: hostnameSchema},
		{name: "hostname", since: 94, schema: fqdnSchema},
	}}
	trustedCertificates = &schema.Schema{
		Type: []schema.Type{schema.Array, schema.Null}, MinItems: 1, MaxItems: 50, Unique: true,
		Items: &schema.Schema{Type: stringType, MinLength: 1},
	}
	evacuateBody = &versionedBody{members: []bodyMember{
		{name: "host", schema: fqdnSchema},
		{name: "onSharedStorage", until: 14, required: 1, schema: booleanSchema},
		{name: "adminPass", schema: anyString},
		{name: "force", since: 29, until: 68, schema: booleanSchema},
	}}
	migrateLiveBody = &versionedBody{members: []bodyMember{
		{name: "block_migration", until: 25, required: 1, schema: booleanSchema},
		{name: "block_migration", since: 25, required: 25, schema: booleanOrAuto},
		{name: "disk_over_commit", until: 25, required: 1, schema: booleanSchema},
		{name: "host", required: 1, schema: hostOrNull},
		{name: "force", since: 30, until: 68, schema: booleanSchema},
	}}
)
