package compute

import (
	"slices"

	"github.com/softlayer/jumpgate"
)

// Action is something that is done to a server, with a rule that says in which
// states Nova does it. The zero Action means no action; MayDo never allows it.
type Action uint8

// The actions.
const (
	noAction Action = iota
	ActionAddFloatingIP
	ActionAddSecurityGroup
	ActionAttachInterface
	ActionAttachVolume
	ActionChangeFixedIP
	ActionChangePassword
	ActionConfirmResize
	ActionConsoleOutput
	ActionCrashDump
	ActionCreateBackup
	ActionCreateImage
	ActionCreateShare
	ActionDelete
	ActionDeleteMetadata
	ActionDeleteShare
	ActionDeleteTag
	ActionDeleteTags
	ActionDetachInterface
	ActionDetachVolume
	ActionDiagnose
	ActionEvacuate
	ActionForceDelete
	ActionHardReboot
	ActionInjectNetworkInfo
	ActionLiveMigrate
	ActionLock
	ActionMigrate
	ActionPause
	ActionRDPConsole
	ActionReboot
	ActionRebuild
	ActionRemoveFloatingIP
	ActionRemoveSecurityGroup
	ActionRescue
	ActionResetState
	ActionResize
	ActionRestore
	ActionResume
	ActionRevertResize
	ActionSPICEConsole
	ActionSerialConsole
	ActionShelve
	ActionShelveOffload
	ActionStart
	ActionStop
	ActionSuspend
	ActionSwapVolume
	ActionUnlock
	ActionUnpause
	ActionUnrescue
	ActionUnshelve
	ActionUpdate
	ActionUpdateMetadata
	ActionUpdateTag
	ActionUpdateTags
	ActionVNCConsole
	numActions
)

// stateRule says when something may be done to a server
// (nova/compute/api.py's decorators).
type stateRule struct {
	states  []string // vm_states; nil: any
	tasks   []string // tasks that may be under way
	not     []string // with anyTask: all but these
	anyTask bool     // even while a task is under way
	locked  bool     // even if the server is locked
}

var (
	whileActive     = []string{"active"}
	whileOn         = []string{"active", "stopped"}
	whileOnOrError  = []string{"active", "stopped", "error"}
	whileThere      = []string{"active", "paused", "suspended", "stopped"}
	whileAttachable = []string{"active", "paused", "stopped"}
	whileResized    = []string{"resized"}
	whilePluggable  = []string{"active", "paused", "stopped", "resized", "soft-delete", "shelved", "shelved_offloaded"}
	whileHardReboot = []string{"active", "stopped", "paused", "suspended", "error"}

	// rebootable are the tasks that a hard reboot cuts short.
	rebootable = []string{"rebooting", "reboot_pending", "reboot_started", "resuming", "rebooting_hard", "unpausing", "pausing", "suspending"}
)

var (
	// whenever is said of what may be done to any server.
	whenever = stateRule{anyTask: true, locked: true}

	// whileStaying is said of consoles: servers that go lose them.
	whileStaying = stateRule{anyTask: true, locked: true, not: []string{"deleting", "migrating"}}
)

// actionRules are all actions with the names that faults give them. A row that
// is left out is an action that is never done.
var actionRules = [numActions]struct {
	name string
	rule stateRule
}{
	ActionAddFloatingIP:       {"addFloatingIp", whenever},
	ActionAddSecurityGroup:    {"addSecurityGroup", whenever},
	ActionAttachInterface:     {"attach_interface", stateRule{states: whileAttachable}},
	ActionAttachVolume:        {"attach_volume", stateRule{states: whilePluggable}},
	ActionChangeFixedIP:       {"fixed IP", stateRule{anyTask: true}},
	ActionChangePassword:      {"changePassword", stateRule{states: whileActive}},
	ActionConfirmResize:       {"confirmResize", stateRule{states: whileResized}},
	ActionConsoleOutput:       {"os-getConsoleOutput", whenever},
	ActionCrashDump:           {"trigger_crash_dump", stateRule{states: []string{"active", "paused", "rescued", "resized", "error"}}},
	ActionCreateBackup:        {"createBackup", stateRule{states: whileThere, locked: true}},
	ActionCreateImage:         {"createImage", stateRule{states: whileThere, locked: true}},
	ActionCreateShare:         {"create share", stateRule{states: []string{"stopped"}}},
	ActionDelete:              {"delete", stateRule{anyTask: true}},
	ActionDeleteMetadata:      {"delete metadata", stateRule{states: whileThere, anyTask: true}},
	ActionDeleteShare:         {"delete share", stateRule{states: []string{"stopped"}}},
	ActionDeleteTag:           {"delete tag", stateRule{states: whileThere, anyTask: true, locked: true}},
	ActionDeleteTags:          {"delete tags", stateRule{states: whileThere, anyTask: true, locked: true}},
	ActionDetachInterface:     {"detach_interface", stateRule{states: whileAttachable}},
	ActionDetachVolume:        {"detach_volume", stateRule{states: whilePluggable}},
	ActionDiagnose:            {"get_diagnostics", stateRule{states: []string{"active", "paused", "suspended", "stopped", "rescued", "error"}, anyTask: true, locked: true}},
	ActionEvacuate:            {"evacuate", stateRule{states: whileOnOrError, anyTask: true, locked: true}},
	ActionForceDelete:         {"forceDelete", stateRule{anyTask: true}},
	ActionHardReboot:          {"hard reboot", stateRule{states: whileHardReboot, tasks: rebootable}},
	ActionInjectNetworkInfo:   {"injectNetworkInfo", stateRule{anyTask: true}},
	ActionLiveMigrate:         {"os-migrateLive", stateRule{states: []string{"active", "paused"}}},
	ActionLock:                {"lock", whenever},
	ActionMigrate:             {"migrate", stateRule{states: whileOn}},
	ActionPause:               {"pause", stateRule{states: whileActive}},
	ActionRDPConsole:          {"os-getRDPConsole", whileStaying},
	ActionReboot:              {"reboot", stateRule{states: whileActive}},
	ActionRebuild:             {"rebuild", stateRule{states: whileOnOrError}},
	ActionRemoveFloatingIP:    {"removeFloatingIp", whenever},
	ActionRemoveSecurityGroup: {"removeSecurityGroup", whenever},
	ActionRescue:              {"rescue", stateRule{states: whileOnOrError}},
	ActionResetState:          {"os-resetState", whenever},
	ActionResize:              {"resize", stateRule{states: whileOn}},
	ActionRestore:             {"restore", stateRule{states: []string{"soft-delete"}}},
	ActionResume:              {"resume", stateRule{states: []string{"suspended"}}},
	ActionRevertResize:        {"revertResize", stateRule{states: whileResized}},
	ActionSPICEConsole:        {"os-getSPICEConsole", whileStaying},
	ActionSerialConsole:       {"os-getSerialConsole", whileStaying},
	ActionShelve:              {"shelve", stateRule{states: whileThere}},
	ActionShelveOffload:       {"shelveOffload", stateRule{states: []string{"shelved"}}},
	ActionStart:               {"start", stateRule{states: []string{"stopped"}}},
	ActionStop:                {"stop", stateRule{states: []string{"active", "error"}}},
	ActionSuspend:             {"suspend", stateRule{states: whileActive}},
	ActionSwapVolume:          {"swap_volume", stateRule{states: []string{"active", "paused", "resized"}}},
	ActionUnlock:              {"unlock", whenever},
	ActionUnpause:             {"unpause", stateRule{states: []string{"paused"}}},
	ActionUnrescue:            {"unrescue", stateRule{states: []string{"rescued"}}},
	ActionUnshelve:            {"unshelve", stateRule{states: []string{"shelved", "shelved_offloaded"}}},
	ActionUpdate:              {"update", whenever},
	ActionUpdateMetadata:      {"update metadata", stateRule{states: whileThere, anyTask: true}},
	ActionUpdateTag:           {"update tag", stateRule{states: whileThere, anyTask: true, locked: true}},
	ActionUpdateTags:          {"update tags", stateRule{states: whileThere, anyTask: true, locked: true}},
	ActionVNCConsole:          {"os-getVNCConsole", whileStaying},
}

// String is the name that faults give a: the action's own, as in a request,
// or for example "start", "hard reboot" and "delete tags".
func (a Action) String() string {
	if a == noAction || a >= numActions {
		return ""
	}
	return actionRules[a].name
}

// MayDo tells whether Nova would do a to s: it returns nil or a *StateError. An
// action without a rule is a defect (jumpgate.Internal). MayDo reads s.VMState,
// s.TaskState and s.Locked. It does not know who asks: the caller lets those
// through that locks don't stop, such as admins.
func MayDo(a Action, s *Server) error {
	if a.String() == "" {
		return jumpgate.Internal.New("compute: no rule says when action %d may be done to a server", a)
	}
	rule := actionRules[a].rule
	switch {
	case s.Locked && !rule.locked:
		return &StateError{Locked: true}
	case rule.states != nil && !slices.Contains(rule.states, s.VMState):
		return &StateError{VMState: s.VMState}
	case s.TaskState != "" && !rule.anyTask && !slices.Contains(rule.tasks, s.TaskState), slices.Contains(rule.not, s.TaskState):
		return &StateError{VMState: s.VMState, TaskState: s.TaskState}
	}
	return nil
}
