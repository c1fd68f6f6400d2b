// Package demo is the embedded estate: an invented company with four Azure
// subscriptions, told in the YAML files under estate/, and an http.Handler that
// answers for it as Azure Resource Manager and Resource Graph would. The
// collectors read it through Transport without a socket, or over TLS where a
// server serves the same handler; it keeps no state but the counters of the
// faults that it was asked to play.
package demo
