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
	attrs := []attribute[d]{ofText("uuid", 0, post|brief, func(t *d) *string { return &t.UUID }).with(func(a *attribute[d]) { a.check = aUUID })}
	attrs = append(attrs, times(func(t *d) *Record { return &t.Record })...)
	attrs = append(attrs,
		ofText("name", 0, post|put|required|brief, func(t *d) *string { return &t.Name }).with(func(a *attribute[d]) { a.check = aTemplateName }),
		ofDict("extra", 0, post|put, func(t *d) *map[string]any { return &t.Extra }),
		itself("deploy_templates", func(t *d) *Record { return &t.Record }),
		ofSteps("steps", 0, post|put|required, func(t *d) *[]map[string]any { return &t.Steps }).with(func(a *attribute[d]) { a.check = templateSteps }),
		attribute[d]{name: "description", is: text, does: post | unshown, max: 255, get: func(*d) any { return nil }},
	)
	k := &kind[d]{
		s: s, one: "deploy_template", noun: "template", many: "deploy_templates", path: "deploy_templates", id: "deploy_template_id", since: 55,
		older: unroutable, attrs: attrs, from: templates, suffix: true,
		record:   func(t *d) *Record { return &t.Record },
		named:    func(t *d) string { return t.Name },
		notFound: func(id string) error { return jumpgate.NotFound.New("Deploy template %s could not be found.", id) },
		sanitize: func(_ *call, _ *d, o jumpgate.Object) jumpgate.Object {
			for i := range o {
				if all, ok := o[i].Value.([]any); ok && o[i].Name == "steps" {
					o[i].Value = hideArgs(all)
				}
			}
			return o
		},
	}
	k.serve("v1_deploy_templates", "v1_deploy_template")
}

// hideArgs hides secrets in the arguments of steps.
func hideArgs(steps []any) []any {
	hidden := make([]any, len(steps))
	for i, v := range steps {
		step, _ := v.(map[string]any)
		var o jumpgate.Object
		for _, name := range []string{"interface", "step", "args", "priority"} {
			value := step[name]
			if name == "args" {
				value = shown(masked(value))
			}
			o = append(o, jumpgate.Member{Name: name, Value: value})
		}
		hidden[i] = o
	}
	return hidden
}

func aTemplateName(_ *call, _ string, v any) (any, error) {
	return v, goodTrait("template", v)
}

// templateSteps checks the steps of a template as a whole.
func templateSteps(_ *call, _ string, v any) (any, error) {
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
