package rules

type program struct{}
