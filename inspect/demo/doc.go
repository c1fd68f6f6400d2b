// Package demo is the embedded estate: an invented company with four Azure
// subscriptions, told in the YAML files under estate/, and an http.Handler that
// answers for it as Azure Resource Manager and Resource Graph would. The
// collectors read it through Transport without a socket, or over TLS where a
// server serves the same handler; it keeps no state but the counters of the
// faults that it was asked to play.
//
// A second handler answers as the Kubernetes API servers of its clusters would, to
// reads alone. What runs in the clusters is told in the YAML files under inside/, in
// short forms; nodes, the add-ons of AKS, and what controllers make of what people
// wrote, follow from the cluster's document in Azure. There something changes now and
// then: what has changed follows from the time since the first request.
package demo
