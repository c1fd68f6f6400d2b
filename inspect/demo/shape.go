package demo

// newestShape is the api-version that the documents are written for.
const newestShape = "2026-06-01"

func olderShape(document []byte, version string) []byte { return document }
