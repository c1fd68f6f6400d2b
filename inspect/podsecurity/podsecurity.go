// Package podsecurity judges pods by the Pod Security Standards, at the cluster's own
// version.
package podsecurity

import (
	_ "k8s.io/pod-security-admission/api"
	_ "k8s.io/pod-security-admission/policy"
)
