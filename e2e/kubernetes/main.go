// Command kubernetes is a Kubernetes API server and its etcd in one process, for
// tests: everything on the loopback interface, everything in one folder, and gone
// when whoever started it is gone.
//
//	kubernetes FOLDER [flags of kube-apiserver]
//
// It ends when its standard input does, so that a test that is killed leaves nothing
// behind.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubernetes:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run serves until it is killed.
func run(args []string) (int, error) {
	if len(args) == 0 {
		return 0, errors.New("give the folder of etcd's data, then the flags of kube-apiserver")
	}
	endpoint, err := etcd(args[0])
	if err != nil {
		return 0, fmt.Errorf("starting etcd: %w", err)
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(append([]string{"--etcd-servers=" + endpoint}, args[1:]...))
	return cli.Run(command), nil
}

// etcd starts etcd on a port that is free and returns where it answers. Nothing is
// synced to the disk: the data has to outlive this process, not the machine.
func etcd(dir string) (string, error) {
	config := embed.NewConfig()
	config.Dir = dir
	config.LogLevel = "error"
	config.UnsafeNoFsync = true
	free := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config.ListenClientUrls, config.ListenPeerUrls = free, free
	server, err := embed.StartEtcd(config)
	if err != nil {
		return "", err
	}
	select {
	case <-server.Server.ReadyNotify():
		return "http://" + server.Clients[0].Addr().String(), nil
	case err := <-server.Err():
		return "", err
	case <-time.After(time.Minute):
		return "", errors.New("it is not ready after a minute")
	}
}
