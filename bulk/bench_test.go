package bulk_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"
)

var addRows = flag.Int("bulk.add.rows", 10_000, "messages that are added in one transaction")

// Rows a second into both stores, in one transaction.
func BenchmarkAdd(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			client := acceptingClient(b, 0)
			job := open(b, client)
			if kind == "postgres" {
				job = openAt(b, postgres(b), client)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				b.StopTimer()
				messages := textsFrom(n, n+*addRows)
				n += *addRows
				b.StartTimer()
				added, err := job.Add(b.Context(), messages...)
				require.NoError(b, err)
				require.Equal(b, *addRows, added.New)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
