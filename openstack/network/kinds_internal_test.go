package network

import "testing"

// TestAttributesHaveForms: each attribute of each kind can be shown, and set
// where clients may do that, even where there is nothing.
func TestAttributesHaveForms(t *testing.T) {
	holds(t, networkKind())
	holds(t, subnetKind(nil))
	holds(t, portKind(nil))
	holds(t, routerKind())
	holds(t, floatingIPKind())
	holds(t, securityGroupKind())
	holds(t, ruleKind(nil))
	holds(t, defaultRuleKind())
	holds(t, addressGroupKind())
	holds(t, addressScopeKind())
	holds(t, subnetPoolKind())
	holds(t, rbacKind(nil))
	holds(t, trunkKind())
	holds(t, qosPolicyKind(nil))
	for _, of := range ruleTypes() {
		holds(t, qosRuleKind(of))
	}
	holds(t, agentKind())
	holds(t, zoneKind())
	holds(t, providerKind())
	holds(t, availabilityKind())
	holds(t, bindingKind())
	holds(t, labelKind())
	holds(t, labelRuleKind(nil, nil))
	holds(t, segmentKind())
	holds(t, logKind(nil))
}

func holds[T any](t *testing.T, k *kind[T]) {
	t.Helper()
	for i := range k.attrs {
		a, item := &k.attrs[i], new(T)
		func() {
			defer func() {
				if why := recover(); why != nil {
					t.Errorf("%s of %s: %v", a.Name, k.one, why)
				}
			}()
			if (a.Does.Has(post) || a.Does.Has(put)) && a.Set == nil {
				a.Write(item, nil)
			}
			a.Get(item)
		}()
	}
}
