package demo

import (
	"fmt"
	"strings"
)

// children adds the documents that hang under a cluster and are told in its file.
func (k *kit) children(plan *blueprint, spec object) error {
	settings, err := diagnosticSettings(spec)
	if err != nil {
		return err
	}
	windows, err := maintenanceConfigurations(spec)
	if err != nil {
		return err
	}
	documents := map[string]any{
		"providers/microsoft.insights/diagnosticsettings": page(settings),
		"maintenanceconfigurations":                       page(windows),
		"trustedaccessrolebindings":                       page(trustedAccess(spec)),
	}
	if o, ok := spec.get("safeguards").(object); ok {
		documents["providers/microsoft.containerservice/deploymentsafeguards/default"] = safeguards(o)
	}
	for path, tree := range documents {
		t, err := compile(tree)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		plan.children[path] = t
	}
	return nil
}

func page(items []any) object { return object{{"value", items}} }

// diagnosticSettings reads `logs: {NAME: [category, ...]}`.
func diagnosticSettings(spec object) ([]any, error) {
	settings := []any{}
	logs, _ := spec.get("logs").(object)
	for _, setting := range logs {
		categories, ok := setting.value.([]any)
		if !ok {
			return nil, fmt.Errorf("logs: %s: not a list of categories", setting.key)
		}
		var enabled []any
		for _, category := range categories {
			enabled = append(enabled, object{
				{"category", category},
				{"categoryGroup", nil},
				{"enabled", true},
				{"retentionPolicy", object{{"enabled", false}, {"days", 0}}},
			})
		}
		settings = append(settings, object{
			{"id", "{{id}}/providers/microsoft.insights/diagnosticSettings/" + setting.key},
			{"type", "Microsoft.Insights/diagnosticSettings"},
			{"name", setting.key},
			{"location", nil},
			{"kind", nil},
			{"tags", nil},
			{"properties", object{
				{"storageAccountId", nil},
				{"serviceBusRuleId", nil},
				{"workspaceId", "/subscriptions/{{subscription}}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/law-marigold"},
				{"eventHubAuthorizationRuleId", nil},
				{"eventHubName", nil},
				{"metrics", []any{}},
				{"logs", enabled},
				{"logAnalyticsDestinationType", "Dedicated"},
			}},
			{"identity", nil},
		})
	}
	return settings, nil
}

// maintenanceConfigurations reads `maintenance: {NAME: Sunday 05:00}`, four hours each.
func maintenanceConfigurations(spec object) ([]any, error) {
	windows := []any{}
	maintenance, _ := spec.get("maintenance").(object)
	for _, window := range maintenance {
		when, _ := window.value.(string)
		day, start, ok := strings.Cut(when, " ")
		if !ok {
			return nil, fmt.Errorf("maintenance: %s: not a day and an hour", window.key)
		}
		windows = append(windows, object{
			{"id", "{{armID}}/maintenanceConfigurations/" + window.key},
			{"name", window.key},
			{"type", "Microsoft.ContainerService/managedClusters/maintenanceConfigurations"},
			{"properties", object{{"maintenanceWindow", object{
				{"schedule", object{{"weekly", object{{"intervalWeeks", 1}, {"dayOfWeek", day}}}}},
				{"durationHours", 4},
				{"utcOffset", "+01:00"},
				{"startDate", "{{day -120}}"},
				{"startTime", start},
			}}}},
		})
	}
	return windows, nil
}

// trustedAccess reads `trusted: [{name, source, roles}]`.
func trustedAccess(spec object) []any {
	bindings := []any{}
	for _, item := range list(spec, "trusted") {
		binding, _ := item.(object)
		bindings = append(bindings, object{
			{"id", "{{armID}}/trustedAccessRoleBindings/" + text(binding, "name")},
			{"name", text(binding, "name")},
			{"type", "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings"},
			{"properties", object{
				{"provisioningState", "Succeeded"},
				{"sourceResourceId", text(binding, "source")},
				{"roles", binding.get("roles")},
			}},
		})
	}
	return bindings
}

// safeguards reads `safeguards: {level, podSecurityStandardsLevel}`.
func safeguards(o object) object {
	return object{
		{"id", "{{armID}}/providers/Microsoft.ContainerService/deploymentSafeguards/default"},
		{"name", "default"},
		{"type", "Microsoft.ContainerService/deploymentSafeguards"},
		{"eTag", "{{own}}"},
		{"properties", object{
			{"provisioningState", "Succeeded"},
			{"level", o.get("level")},
			{"podSecurityStandardsLevel", o.get("podSecurityStandardsLevel")},
			{"excludedNamespaces", []any{}},
			{"systemExcludedNamespaces", []any{"kube-system", "calico-system", "tigera-system", "gatekeeper-system"}},
		}},
	}
}
