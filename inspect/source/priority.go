package source

import "context"

type (
	background struct{}
	requested  struct{}
)

// WithBackground marks the reads under the context as ones that nobody is waiting
// for: a source lets others go first where a service limits its calls.
func WithBackground(ctx context.Context) context.Context {
	return context.WithValue(ctx, background{}, true)
}

// InBackground reports whether nobody is waiting for the read.
func InBackground(ctx context.Context) bool {
	marked, _ := ctx.Value(background{}).(bool)
	return marked
}

// WithRequest marks the reads under the context as asked for by somebody who wants
// what is there now, not what was read before.
func WithRequest(ctx context.Context) context.Context {
	return context.WithValue(ctx, requested{}, true)
}

// Requested reports whether somebody asked for the read.
func Requested(ctx context.Context) bool {
	marked, _ := ctx.Value(requested{}).(bool)
	return marked
}
