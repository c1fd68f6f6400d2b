package memory_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aksight/aksight/e2e/memory"
)

// TestMain is also the process that is searched: it keeps what it is told in its heap.
func TestMain(m *testing.M) {
	if os.Getenv("KEEP") == "" {
		os.Exit(m.Run())
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		os.Exit(1)
	}
	// At many places, so that some stand across the pieces that are read at once.
	kept := bytes.Repeat([]byte(strings.TrimSpace(line)+"|"), 200_000)
	fmt.Println("kept")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	runtime.KeepAlive(kept)
}

func TestSearch(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory is searched on Linux")
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "KEEP=yes")
	in, err := child.StdinPipe()
	require.NoError(t, err)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	t.Cleanup(func() {
		_ = in.Close()
		_ = child.Wait()
	})
	_, err = fmt.Fprintln(in, "something to be found")
	require.NoError(t, err)
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)

	found, err := memory.Search(child.Process.Pid, 1_000_000, "something to be found", strings.Repeat("something that is not there", 100))
	require.NoError(t, err)
	// Each at its place, once: none between two pieces is missed or counted twice.
	places := map[uint64]bool{}
	for _, f := range found {
		assert.Equal(t, "something to be found", f.Text)
		assert.False(t, places[f.Address], "%x is found twice", f.Address)
		places[f.Address] = true
	}
	assert.GreaterOrEqual(t, len(found), 200_000)
	assert.Contains(t, found[len(found)/2].Around, "something to be found|something")

	few, err := memory.Search(child.Process.Pid, 3, "something to be found")
	require.NoError(t, err)
	assert.Len(t, few, 3)
}
