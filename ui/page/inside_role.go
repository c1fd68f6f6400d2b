package page

import "github.com/aksight/aksight/inspect/kube"

// readerRole is what a reader without rights hands to whoever runs the cluster.
func readerRole(user string) string { return kube.ReaderRole(user) }
