// Package evidence is a source of saved files: what the Azure CLI and Azure Resource
// Manager print, and bundles that a capture wrote. It also writes those bundles.
// Several files make one estate, in which the newest document of a resource counts.
package evidence
