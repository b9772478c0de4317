package baremetal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serveTemplates serves deploy templates.
func (s *service) serveTemplates(templates Lister[DeployTemplate]) {
	type d = DeployTemplate
	attrs := recorded([]attribute[d]{
		{Name: "name", At: func(t *d) any { return &t.Name }, Does: post | put | required | brief, Check: aTemplateName},
		{Name: "extra", At: func(t *d) any { return &t.Extra }, Does: post | put},
		itself[d]("deploy_templates"),
		{Name: "steps", At: func(t *d) any { return &t.Steps }, Does: post | put | required, Check: templateSteps},
		{Name: "description", Does: post | unshown, Schema: &schema.Schema{MaxLength: 255}, View: func(*d) any { return nil }},
	})
	k := &kind[d]{
		s: s, one: "deploy_template", noun: "template", many: "deploy_templates", path: "deploy_templates", id: "deploy_template_id", since: 55,
		older: unroutable, attrs: attrs, from: templates, suffix: true,
		named: func(t *d) string { return t.Name },
		title: "Deploy template",
		sanitize: func(_ *call, _ *d, m *jumpgate.Member) {
			if all, ok := m.Value.([]any); ok && m.Name == "steps" {
				m.Value = hideArgs(all)
			}
		},
	}
	k.serve("v1_deploy_templates", "v1_deploy_template")
}

// hideArgs hides secrets in the arguments of steps.
func hideArgs(steps []any) []any {
	for i, v := range steps {
		step, _ := v.(jumpgate.Object)
		var o jumpgate.Object
		for _, name := range []string{"interface", "step", "args", "priority"} {
			value, _ := step.Get(name)
			if name == "args" {
				value = masked(value)
			}
			o = append(o, jumpgate.Member{Name: name, Value: value})
		}
		steps[i] = o
	}
	return steps
}

func aTemplateName(_ int, _ string, v any) (any, error) {
	return v, goodTrait("template", v)
}

// templateSteps checks the steps of a template as a whole.
func templateSteps(_ int, _ string, v any) (any, error) {
	all, ok := v.([]any)
	if !ok {
		return v, nil
	}
	if len(all) == 0 {
		return nil, badRequest("Schema error for template: [] is too short")
	}
	if f := deploySteps.Check(all); f != nil {
		return nil, badRequest("Schema error for template: %s", f.Message)
	}
	var seen, twice []string
	for _, item := range all {
		step, _ := item.(schema.Object)
		name := fmt.Sprintf("interface: %s, step: %s", step.String("interface"), step.String("step"))
		if slices.Contains(seen, name) {
			twice = append(twice, name)
		}
		seen = append(seen, name)
	}
	if twice != nil {
		return nil, badRequest("Deploy template invalid: Duplicate deploy steps. A deploy template cannot have multiple deploy steps with the same "+
			"interface and step. Duplicates: %s", strings.Join(twice, "; "))
	}
	return v, nil
}
