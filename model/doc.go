// Package model says what an estate is and what can be said of it: resources as
// they were read, the rules that judge them, verdicts, findings and fixes. It is
// plain data; it reads nothing and decides nothing.
package model
