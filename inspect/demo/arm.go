package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
)

// setCommonHeaders sets what every answer of the resource manager carries.
func setCommonHeaders(header http.Header, r *http.Request) {
	f := facts{seed: rand.Uint64()}
	id := string(f.guid(nil, 1))
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Ms-Request-Id", id)
	header.Set("X-Ms-Correlation-Request-Id", id)
	header.Set("X-Ms-Routing-Request-Id", "DEMO:"+id)
	header.Set("X-Ms-Ratelimit-Remaining-Subscription-Global-Reads", "16499")
	if client := r.Header.Get("X-Ms-Client-Request-Id"); client != "" && r.Header.Get("X-Ms-Return-Client-Request-Id") == "true" {
		header.Set("X-Ms-Client-Request-Id", client)
	}
}

// fail answers with an error in the resource manager's form.
func fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Ms-Failure-Cause", "gateway")
	w.Header().Set("X-Ms-Error-Code", code)
	w.WriteHeader(status)
	writeJSON(w, map[string]any{"error": map[string]any{"code": code, "message": message}})
}

func writeJSON(w http.ResponseWriter, value any) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // the caller went away; there is nobody left to tell
}

// accepted checks a request's method and api-version, and answers where they do
// not fit.
func accepted(w http.ResponseWriter, r *http.Request, method, provider, kind string) bool {
	if r.Method != method {
		w.Header().Set("Allow", method)
		fail(w, http.StatusMethodNotAllowed, "HttpMethodNotSupported",
			fmt.Sprintf("The HTTP method '%s' is not supported at '%s': the demo only answers reads.", r.Method, r.URL.Path))
		return false
	}
	asked := r.URL.Query().Get("api-version")
	if asked == "" {
		fail(w, http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
		return false
	}
	versions := apiVersions(provider)
	for _, version := range versions {
		if strings.EqualFold(version, asked) {
			return true
		}
	}
	if provider == providerResources {
		fail(w, http.StatusBadRequest, "InvalidApiVersionParameter",
			fmt.Sprintf("The api-version '%s' is invalid. The supported versions are '%s'.", asked, strings.Join(versions, ",")))
		return false
	}
	fail(w, http.StatusBadRequest, "NoRegisteredProviderFound",
		fmt.Sprintf("No registered resource provider found for location 'westeurope' and API version '%s' for type '%s'. The supported api-versions are '%s'. The supported locations are 'westeurope, northeurope, swedencentral, germanywestcentral'.",
			asked, kind, strings.Join(versions, ", ")))
	return false
}

const (
	providerResources = "Microsoft.Resources"
	providerAKS       = "Microsoft.ContainerService"
	providerInsights  = "Microsoft.Insights"
	providerNetwork   = "Microsoft.Network"
	providerIdentity  = "Microsoft.ManagedIdentity"
	// These two providers have types with versions of their own.
	providerAuthorization = "Microsoft.Authorization"
	providerPIM           = "Microsoft.Authorization/roleEligibilityScheduleInstances"
	providerActivity      = "Microsoft.Insights/eventtypes"
)

// apiVersions are the versions that a provider answers to, oldest first.
func apiVersions(provider string) []string {
	switch provider {
	case providerAKS:
		return []string{
			"2023-10-01", "2023-11-01", "2024-01-01", "2024-02-01", "2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01", "2025-01-01",
			"2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01", "2025-07-01", "2025-08-01", "2025-09-01", "2025-10-01",
			"2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01",
			"2026-05-02-preview", "2026-06-02-preview",
		}
	case providerInsights:
		return []string{"2017-05-01-preview", "2021-05-01-preview"}
	case providerAuthorization:
		return []string{"2015-07-01", "2018-01-01-preview", "2018-07-01", "2020-03-01-preview", "2020-04-01-preview", "2022-04-01", "2022-05-01-preview"}
	case providerPIM:
		return []string{"2020-10-01", "2020-10-01-preview"}
	case providerIdentity:
		return []string{"2018-11-30", "2022-01-31-preview", "2023-01-31", "2024-11-30"}
	case providerActivity:
		return []string{"2014-04-01", "2015-04-01", "2017-03-01-preview"}
	case providerNetwork:
		return []string{
			"2023-02-01", "2023-04-01", "2023-05-01", "2023-06-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01",
			"2024-05-01", "2024-07-01", "2024-10-01", "2025-01-01", "2025-03-01", "2025-05-01",
		}
	case "Microsoft.ResourceGraph":
		return []string{"2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01"}
	default:
		return []string{
			"2016-06-01", "2018-05-01", "2019-06-01", "2019-11-01", "2020-01-01", "2020-10-01", "2021-01-01", "2021-04-01",
			"2022-01-01", "2022-09-01", "2022-12-01", "2023-07-01", "2024-03-01", "2024-07-01", "2024-11-01",
		}
	}
}

// permitted checks method and api-version, and refuses what the demo's user may
// not read.
func (h *handler) permitted(w http.ResponseWriter, r *http.Request, s *subscription, action, scope string) bool {
	provider, kind, _ := strings.Cut(action, "/")
	if !accepted(w, r, http.MethodGet, provider, strings.TrimSuffix(kind, "/read")) {
		return false
	}
	if s.refuses {
		refuse(w, action, scope)
		return false
	}
	return true
}

func refuse(w http.ResponseWriter, action, scope string) {
	fail(w, http.StatusForbidden, "AuthorizationFailed",
		fmt.Sprintf("The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. If access was recently granted, please refresh your credentials.",
			userName, userObjectID, action, scope))
}

func notFound(w http.ResponseWriter, kind, name, group string) {
	fail(w, http.StatusNotFound, "ResourceNotFound",
		fmt.Sprintf("The Resource '%s/%s' under resource group '%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix", kind, name, group))
}

// broken answers where the estate's own files are at fault.
func broken(w http.ResponseWriter, err error) {
	fail(w, http.StatusInternalServerError, "InternalServerError", "The demo's estate could not be built: "+err.Error())
}
