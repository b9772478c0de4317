package identity

import "github.com/softlayer/jumpgate"

// This file answers for what Keystone can keep and this service never has
// any of.

// none lists a collection that has nothing in it, for those whom the policy
// lets see it.
func (s *service) none(collection string) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) { return s.collection(r, collection, nil) }
}

func noPKI(*jumpgate.Request) (any, error) {
	return nil, jumpgate.Gone.New("This API is no longer available due to the removal of support for PKI tokens.")
}
