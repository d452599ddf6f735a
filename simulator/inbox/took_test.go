package inbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 s", 7: "0.007 µs", 1_250: "1.3 µs", 137_482: "140 µs", 999_600: "1 ms", 1_237_482: "1.2 ms",
		49_900_000: "50 ms", 130 * time.Millisecond: "130 ms", 5_000_412_345: "5 s", 1_549 * time.Millisecond: "1.5 s",
		59_400_000_000: "59 s",
		59_700_000_000: "1m0s", 125_300_000_000: "2m5s",
	} {
		require.Equal(t, want, took(d))
	}
}
