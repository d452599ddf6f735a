package simtest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/notifykit/notify/simulator"
)

// mostPlaces is how many places of the program are shown for a request: where it called the client, and from where.
const mostPlaces = 3

// sentBy is the line that says where in the program under test a request was made, or nothing for one that came over a
// port.
func sentBy(r simulator.Request) string {
	if len(r.Callers) == 0 {
		return ""
	}
	var places []string
	directory, _ := os.Getwd()
	for frames := runtime.CallersFrames(r.Callers); len(places) < mostPlaces; {
		frame, more := frames.Next()
		if runsTests(frame.Function) {
			break
		}
		if frame.File != "" && !onTheWay(frame.Function) {
			file := frame.File
			if near, err := filepath.Rel(directory, file); err == nil && len(near) < len(file) {
				file = near
			}
			places = append(places, fmt.Sprintf("%s:%d", file, frame.Line))
		}
		if !more {
			break
		}
	}
	if len(places) == 0 {
		return ""
	}
	return "     sent at " + strings.Join(places, ", called at ") + "\n"
}

// packageOf is the path of the package that a function is in.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	return function[:slash] + name
}

// onTheWay reports whether a function is part of what carries a request from a program to the simulator.
func onTheWay(function string) bool {
	return slices.Contains([]string{
		"github.com/notifykit/notify", "github.com/notifykit/notify/simulator", "github.com/hashicorp/go-retryablehttp",
		"net/http", "runtime", "iter",
	}, packageOf(function))
}

// runsTests reports whether a function is part of what calls tests.
func runsTests(function string) bool {
	return slices.Contains([]string{"testing", "testing/synctest", "internal/synctest"}, packageOf(function))
}
