package object

// maskAnnotations drops the annotations that repeat the whole manifest.
func maskAnnotations(annotations map[string]string) {
	delete(annotations, lastApplied)
}
