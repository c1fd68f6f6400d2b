package model

import "time"

// KubeEvent is a Kubernetes event: what a component of the cluster says happened to an
// object. API servers forget it after an hour, where nobody set them otherwise.
type KubeEvent struct {
	// Object is what it happened to; Field is the part of it, such as
	// spec.containers{app}, or empty.
	Object Ref
	Field  string
	// Warning is set where it is of that type; the others are Normal.
	Warning bool
	Reason  string
	// Message is written by whoever reports the event, with secrets masked.
	Message string
	// From is the component that reports it, such as kubelet.
	From string
	// First and Last are when it was seen, Count how often.
	First, Last time.Time
	Count       int
}

// Type is the event's type as the API names it.
func (e *KubeEvent) Type() string {
	if e.Warning {
		return "Warning"
	}
	return "Normal"
}
