package compute

import (
	"slices"

	"github.com/softlayer/jumpgate"
)

// stateRule says when something may be done to a server
// (nova/compute/api.py's decorators).
type stateRule struct {
	states  []string // vm_states; nil: any
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
)

// whenever is said of what may be done to any server.
var whenever = stateRule{anyTask: true, locked: true}

// stateRules are named as faults name what is done. What is not here is
// never done.
var stateRules = map[string]stateRule{
	"attach_interface":    {states: whileAttachable},
	"attach_volume":       {states: whilePluggable},
	"changePassword":      {states: whileActive},
	"confirmResize":       {states: whileResized},
	"createBackup":        {states: whileThere, locked: true},
	"createImage":         {states: whileThere, locked: true},
	"delete":              {anyTask: true},
	"delete metadata":     {states: whileThere, anyTask: true},
	"delete tag":          {states: whileThere, anyTask: true, locked: true},
	"delete tags":         {states: whileThere, anyTask: true, locked: true},
	"detach_interface":    {states: whileAttachable},
	"detach_volume":       {states: whilePluggable},
	"fixed IP":            {anyTask: true},
	"forceDelete":         {anyTask: true},
	"hard reboot":         {states: whileHardReboot},
	"pause":               {states: whileActive},
	"reboot":              {states: whileActive},
	"rebuild":             {states: whileOnOrError},
	"rescue":              {states: whileOnOrError},
	"resize":              {states: whileOn},
	"restore":             {states: []string{"soft-delete"}},
	"resume":              {states: []string{"suspended"}},
	"revertResize":        {states: whileResized},
	"shelve":              {states: whileThere},
	"shelveOffload":       {states: []string{"shelved"}},
	"start":               {states: []string{"stopped"}},
	"stop":                {states: []string{"active", "error"}},
	"suspend":             {states: whileActive},
	"trigger_crash_dump":  {states: []string{"active", "paused", "rescued", "resized", "error"}},
	"unpause":             {states: []string{"paused"}},
	"unrescue":            {states: []string{"rescued"}},
	"unshelve":            {states: []string{"shelved", "shelved_offloaded"}},
	"update metadata":     {states: whileThere, anyTask: true},
	"update tag":          {states: whileThere, anyTask: true, locked: true},
	"update tags":         {states: whileThere, anyTask: true, locked: true},
	"addFloatingIp":       whenever,
	"addSecurityGroup":    whenever,
	"lock":                whenever,
	"os-getConsoleOutput": whenever,
	"os-getRDPConsole":    whenever,
	"os-getSPICEConsole":  whenever,
	"os-getSerialConsole": whenever,
	"os-getVNCConsole":    whenever,
	"removeFloatingIp":    whenever,
	"removeSecurityGroup": whenever,
	"unlock":              whenever,
}

// MayDo tells whether Nova would do something to s: it returns nil or a
// *StateError. What is to be done has the name that faults give it: the
// action's own or, for "os-start" and "os-stop", "start" and "stop"; besides
// "hard reboot", "delete", "fixed IP", "attach_" and "detach_" with "interface"
// or "volume", and "update" and "delete" with "metadata", "tag" or "tags". A name
// without a rule is refused as a defect (jumpgate.Internal). Of s MayDo looks at
// VMState, TaskState and Locked.
func MayDo(doing string, s *Server) error {
	rule, ok := stateRules[doing]
	switch {
	case !ok:
		return jumpgate.Internal.New("compute: no rule says when %q may be done to a server", doing)
	case s.Locked && !rule.locked:
		return &StateError{Locked: true}
	case rule.states != nil && !slices.Contains(rule.states, s.VMState):
		return &StateError{VMState: s.VMState}
	case s.TaskState != "" && !rule.anyTask:
		return &StateError{VMState: s.VMState, TaskState: s.TaskState}
	}
	return nil
}
