package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/softlayer/jumpgate"
)

// This file answers for what Keystone can keep and this service never has
// any of.

// empty lists a collection that has nothing in it for anybody (recordings
// 082 to 086).
func (s *service) empty(collection string) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) { return s.collection(r, collection, nil) }
}

// none are the collections that the operator may list, and in which there is
// nothing.
var none = map[string]string{
	"v3_groups":                           "groups",
	"v3_policies":                         "policies",
	"v3_os_oauth1_consumers":              "consumers",
	"v3_os_ep_filter_endpoint_groups":     "endpoint_groups",
	"v3_os_federation_identity_providers": "identity_providers",
	"v3_os_federation_mappings":           "mappings",
	"v3_os_federation_service_providers":  "service_providers",
}

// noEC2Credential names the credential as Keystone keeps it: by a hash.
func noEC2Credential(r *jumpgate.Request) (any, error) {
	sum := sha256.Sum256([]byte(r.Var("credential_id")))
	return nil, jumpgate.NotFound.New("Could not find credential: %s.", hex.EncodeToString(sum[:]))
}

func noTrust(r *jumpgate.Request) (any, error) {
	return nil, jumpgate.NotFound.New("Could not find trust: %s.", r.Var("trust_id"))
}

func noLimit(r *jumpgate.Request) (any, error) {
	return nil, jumpgate.NotFound.New("Could not find limit for %s.", r.Var("limit_id"))
}

func noRegisteredLimit(r *jumpgate.Request) (any, error) {
	return nil, jumpgate.NotFound.New("Could not find registered limit for %s.", r.Var("registered_limit_id"))
}

func noPKI(*jumpgate.Request) (any, error) {
	return nil, jumpgate.Gone.New("This API is no longer available due to the removal of support for PKI tokens.")
}

// listTrusts is GET /v3/OS-TRUST/trusts: one's own, of which there are none.
func (s *service) listTrusts(r *jumpgate.Request) (any, error) {
	q, self := r.URL.Query(), r.Env.Principal.UserID
	for _, side := range [...]string{"trustor", "trustee"} {
		if id := q.Get(side + "_user_id"); id == self {
			return s.collection(r, "trusts", nil)
		} else if id != "" {
			return nil, forbidden("list_trusts_for_" + side)
		}
	}
	if operator(r.Env.Principal) {
		return s.collection(r, "trusts", nil)
	}
	return nil, forbidden("list_trusts")
}

// createTrust is POST /v3/OS-TRUST/trusts. Keystone looks for the trustee.
func (s *service) createTrust(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	trust := body.Object("trust")
	if id := trust.String("trustee_user_id"); id != "" && trust.String("trustor_user_id") == r.Env.Principal.UserID {
		switch _, err := s.user(r, id); {
		case errors.Is(err, jumpgate.Forbidden), errors.Is(err, jumpgate.NotFound):
			return nil, jumpgate.NotFound.New("Could not find user: %s.", id)
		case err != nil:
			return nil, err
		}
	}
	return nil, forbidden("create_trust")
}

// limitModel is GET /v3/limits/model.
func limitModel(*jumpgate.Request) (any, error) {
	return jumpgate.Object{{Name: "model", Value: jumpgate.Object{
		{Name: "name", Value: "flat"},
		{Name: "description", Value: "Limit enforcement and validation does not take project hierarchy into consideration."},
	}}}, nil
}
