package identity

import (
	_ "embed"
	"sync"

	"github.com/softlayer/jumpgate"
)

// policyTable is Keystone's default policy.
//
//go:embed policy.tsv
var policyTable string

// defaultPolicy is policyTable, read once.
var defaultPolicy = sync.OnceValue(func() *jumpgate.Policy { return jumpgate.MustPolicy(policyTable) })

// lacking answers for what the driver can't do: with the policy's refusal, and
// those whom it would let do it that it is not there. find looks for what the
// path names, where Keystone does so first.
func (s *service) lacking(action string, find func(*jumpgate.Request) error) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		if find != nil {
			if err := find(r); err != nil {
				return nil, err
			}
		}
		if err := s.allow(r, action, nil); err != nil {
			return nil, err
		}
		return nil, errLacking
	}
}
