package cloud

import (
	"io"
	"log"
)

// quiet is a logger that says nothing.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
