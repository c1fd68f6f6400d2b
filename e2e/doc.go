// Package e2e tests the program as a person meets it: the real binary in a
// terminal, signed in through the Azure CLI, against Azure Resource Manager over
// TLS. Its tests build what they need; they want Linux, Go and nothing else.
package e2e
