// Package simulator is SoftLayer's REST API (IBM Cloud Classic Infrastructure) in one process and without a cloud.
//
// A [Simulator] is an http.Handler. It speaks both dialects of the REST API, that of softlayer-go and that of slcli,
// at /rest/v3.1/ and /rest/v3/, closely enough that either client works against it unchanged:
//
//	sim := simulator.New(simulator.Options{})
//	http.ListenAndServe("127.0.0.1:8181", sim) // endpoint: http://127.0.0.1:8181/rest/v3.1
//
// Without options there are the two accounts of [DemoAccounts]. Accounts are kept apart: an object of another account
// does not exist, whatever one does.
//
// # Masks and filters
//
// Object masks, object filters and result limits work as documented by SoftLayer, over the whole object graph. Types
// and properties are those of softlayer-go. The simulator is strict where the cloud is not: a mask or a filter that
// names a property which does not exist, a filter whose path starts in the wrong place or whose operation is unknown
// is an error. The cloud ignores such a filter and answers everything. [Options.Lenient] does so, too.
//
// # Time
//
// Servers are provisioned, reloaded and reclaimed in steps of [Options.Step], each visible as activeTransaction.
// Nothing runs in the background: the state is a function of what was ordered and of [Options.Now], computed when
// somebody asks. With a [Clock] a test steps through the life of a server without waiting.
//
// # Trouble
//
// [Simulator.Inject] makes calls slow, fail, answer rubbish, or lose the connection before or after they took effect.
// [Simulator.Calls] counts what was called.
//
// # What it is not
//
// There is no network, no machine and no data on its disks, billing is decoration, permissions are reported but not enforced, and XML-RPC is not spoken. Services and methods it lacks answer as the API answers for a misspelt one.
package simulator
