package baremetal

import (
	"regexp"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// step describes a step of cleaning or deploying.
func step(interfaces []any, more ...schema.Property) *schema.Schema {
	text := &schema.Schema{Type: []schema.Type{schema.String}, MinLength: 1}
	s := &schema.Schema{
		Type: []schema.Type{schema.Map},
		Properties: append([]schema.Property{
			{Name: "interface", Schema: &schema.Schema{Type: []schema.Type{schema.String}, Enum: interfaces}},
			{Name: "step", Schema: text},
			{Name: "args", Schema: &schema.Schema{Type: []schema.Type{schema.Map}, Open: true}},
		}, more...),
		Required: []string{"interface", "step"},
	}
	if len(more) > 0 {
		s.Required = append(s.Required, "args", "priority")
	}
	return s
}

var (
	cleanSteps  = &schema.Schema{Type: []schema.Type{schema.Array}, Items: step([]any{"power", "management", "deploy", "bios", "raid", "vendor"})}
	deploySteps = &schema.Schema{Type: []schema.Type{schema.Array}, Items: step(
		[]any{"power", "management", "deploy", "bios", "raid", "vendor"},
		schema.Property{Name: "priority", Schema: &schema.Schema{AnyOf: []*schema.Schema{
			{Type: []schema.Type{schema.Integer}, Minimum: new(int)},
			{Type: []schema.Type{schema.String}, MinLength: 1, Pattern: regexp.MustCompile(`^[0-9]+$`)},
		}}},
	)}
)

func checkSteps(of string, s *schema.Schema, v any) error {
	if v == nil {
		return nil
	}
	if f := s.Check(v); f != nil {
		return badRequest("Invalid %s_steps: %s", of, f.Message)
	}
	return nil
}
