package bulk_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/bulk"
)

var csvRows = flag.Int("bulk.csv.rows", 10_000, "rows of the table whose memory is measured")

// A made table has so many rows, and is never in memory as a whole.
type made struct {
	rows, next int
	rest       []byte
}

func (m *made) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		switch {
		case m.next == 0:
			m.rest = []byte("phone number,name,case\n")
		case m.next > m.rows:
			return 0, io.EOF
		default:
			m.rest = fmt.Appendf(nil, "07900 9%05d,\"Person %d, of Bath\",case %d\n", m.next%100_000, m.next, m.next)
		}
		m.next++
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// The memory is the same for any number of rows.
func TestAddCSVMemory(t *testing.T) { //nolint:paralleltest // it measures the memory
	_, client := setup(t, 60_000)
	measure := func(rows int) (peak uint64, took time.Duration, added bulk.Added) {
		job := open(t, client)
		path := filepath.Join(t.TempDir(), "table.csv")
		before := heap()
		file, err := os.Create(path)
		require.NoError(t, err)
		defer file.Close()
		_, err = io.Copy(file, &made{rows: rows})
		require.NoError(t, err)
		_, err = file.Seek(0, io.SeekStart)
		require.NoError(t, err)
		began := time.Now()
		added, err = job.AddCSV(t.Context(), &sampled{ReadSeeker: file, most: &peak}, bulk.SMS(templateID))
		require.NoError(t, err)
		return peak - min(before, peak), time.Since(began), added
	}
	few, _, _ := measure(1000)
	many, took, added := measure(*csvRows)
	t.Logf("1,000 rows: %d kB more on the heap; %d rows: %d kB more, in %v, %.0f rows a second", few/1024, *csvRows,
		many/1024, took.Round(time.Millisecond), float64(*csvRows)/took.Seconds())
	require.Equal(t, bulk.Added{New: *csvRows}, added)
	require.Less(t, many, few+(8<<20))
}

// sampled looks at the heap now and then.
type sampled struct {
	io.ReadSeeker
	reads int
	most  *uint64
}

func (s *sampled) Read(p []byte) (int, error) {
	if s.reads%100 == 0 {
		*s.most = max(*s.most, heap())
	}
	s.reads++
	return s.ReadSeeker.Read(p)
}

// Rows a second, on each of the databases.
func BenchmarkAddCSV(b *testing.B) {
	const rows = 5000
	var table strings.Builder
	if _, err := io.Copy(&table, &made{rows: rows}); err != nil {
		b.Fatal(err)
	}
	_, client := setup(b, 60_000)
	run := func(b *testing.B, source func() string) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			job := openAt(b, source(), client)
			if _, err := job.AddCSV(b.Context(), strings.NewReader(table.String()), bulk.SMS(templateID)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("SQLite", func(b *testing.B) {
		run(b, func() string { return filepath.Join(b.TempDir(), "bulk.db") })
	})
	b.Run("Postgres", func(b *testing.B) { run(b, func() string { return postgres(b) }) })
}

// Long rows are added fewer at a time.
func TestAddCSVLongRows(t *testing.T) { //nolint:paralleltest // it measures the memory
	_, client := setup(t, 60_000)
	job := open(t, client)
	before, peak := heap(), uint64(0)
	rest := strings.Repeat("a", 200_000)
	path := filepath.Join(t.TempDir(), "table.csv")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	fmt.Fprint(file, "phone number,name,rest\n")
	for n := range 200 {
		fmt.Fprintf(file, "07900 900123,%d,%s\n", n, rest)
	}
	_, err = file.Seek(0, io.SeekStart)
	require.NoError(t, err)
	added, err := job.AddCSV(t.Context(), &sampled{ReadSeeker: file, most: &peak}, bulk.SMS(templateID))
	require.NoError(t, err)
	require.Equal(t, 200, added.New)
	require.Less(t, peak-min(before, peak), uint64(24<<20))
}
