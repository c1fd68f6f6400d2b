package e2e

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/aksight/aksight/e2e/product"
)

// program is the path of the program under test.
var program string

// patience is how long a test waits for what must come. It is generous for a busy
// machine: what has to be fast says so itself.
const patience = 30 * time.Second

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if runtime.GOOS != "linux" {
		fmt.Println("skipped: the end-to-end tests need Linux's pseudo-terminals")
		return 0
	}
	dir, err := os.MkdirTemp("", "aksight-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if program, err = product.Build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer inside.close()
	return m.Run()
}
