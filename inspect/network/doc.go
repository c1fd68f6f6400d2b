// Package network tells who may talk to whom in a cluster by its network policies, and
// what of it can be reached from outside.
package network
