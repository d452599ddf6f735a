package bulk_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/bulk"
	"github.com/notifykit/notify/simulator"
)

// onBoth runs a test on each of the databases.
func onBoth(t *testing.T, test func(t *testing.T, source string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, filepath.Join(t.TempDir(), "bulk.db"))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgres(t))
	})
}

// The results are the table's own columns and what became of its rows.
func TestResults(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, source string) {
		service, client := setup(t, 60_000)
		job := openAt(t, source, client)
		_, err := job.AddCSV(t.Context(), strings.NewReader("name,phone number,note,note\n"+
			"Ann,+447900900123,=1+1,+1-2\nBob,07700900002,-2+cmd,\"a,b\"\n"), bulk.SMS(templateID))
		require.NoError(t, err)
		_, err = job.Add(t.Context(), notify.SMS{PhoneNumber: "1", TemplateID: templateID, Reference: "@r"})
		require.NoError(t, err)
		require.NoError(t, job.Run(t.Context()))
		told, err := job.Refresh(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, told)

		ids := map[string]string{}
		for _, m := range service.TestMessages() {
			ids[m.To] = m.ID + "," + m.Reference
		}
		var out bytes.Buffer
		require.NoError(t, job.WriteCSV(t.Context(), &out))
		require.Equal(t, "name,phone number,note,note,notify id,notify reference,notify state,notify status,notify reason\n"+
			"Ann,+447900900123,'=1+1,+1-2,"+ids["+447900900123"]+",sent,delivered,\n"+
			"Bob,07700900002,'-2+cmd,\"a,b\","+ids["07700900002"]+",sent,permanent-failure,\n"+
			",,,,,'@r,refused,,ValidationError: phone_number Number is not valid – "+
			"double check the phone number you entered\n",
			out.String())

		// What was written is the same mail-out.
		added, err := job.AddCSV(t.Context(), &out, bulk.SMS(templateID), bulk.SkipWrong(func(bulk.RowError) {}))
		require.NoError(t, err)
		require.Equal(t, bulk.Added{Known: 2, Wrong: 1}, added)

		counts, err := job.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]int{"delivered": 1, "permanent-failure": 1}, counts.Statuses)

		purged, err := job.Purge(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, 3, purged)
		for r, err := range job.Results(t.Context()) {
			require.NoError(t, err)
			require.Empty(t, r.Recipient)
			require.Nil(t, r.Values)
			require.NotEmpty(t, r.Reference)
			require.False(t, r.DoneAt.IsZero())
			require.WithinDuration(t, time.Now(), r.AddedAt, time.Minute)
		}
		purged, err = job.Purge(t.Context(), 0)
		require.NoError(t, err)
		require.Zero(t, purged)
	})
}

// What is purged is nowhere in the files any more.
func TestPurgeFile(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	path := filepath.Join(t.TempDir(), "bulk.db")
	job := openAt(t, path, client)
	_, err := job.Add(t.Context(), texts(200)...)
	require.NoError(t, err)
	inFiles := func() (n int) {
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + suffix)
			require.NoError(t, err)
			n += bytes.Count(data, []byte("Person ")) + bytes.Count(data, []byte("0790090"))
		}
		return n
	}
	require.Positive(t, inFiles())
	_, err = job.CancelAll(t.Context())
	require.NoError(t, err)
	_, err = job.Purge(t.Context(), 0)
	require.NoError(t, err)
	require.Zero(t, inFiles())
}

// Results yields pages, and other methods can be called meanwhile.
func TestResultsPages(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	job := open(t, client)
	_, err := job.Add(t.Context(), texts(1001)...)
	require.NoError(t, err)
	n := 0
	for r, err := range job.Results(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("row-%d", n), r.Reference)
		require.Equal(t, bulk.StateWaiting, r.State)
		n++
		if n%500 == 0 {
			cancelled, err := job.Cancel(t.Context(), r.Reference)
			require.NoError(t, err)
			require.Equal(t, 1, cancelled)
		}
	}
	require.Equal(t, 1001, n)
	for _, err := range job.Results(t.Context()) {
		require.NoError(t, err)
		n++
		break
	}
	require.Equal(t, 1002, n)
	left, err := job.TimeLeft(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, 999*20*time.Millisecond, left)
	left, err = job.TimeLeft(t.Context(), 60)
	require.NoError(t, err)
	require.Equal(t, 999*time.Second, left)
}

// Receipts tell the status of their message, whichever of them comes first, and of no other.
func TestDeliveryReceipt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, source string) {
		service, client := setup(t, 60_000)
		job := openAt(t, source, client)
		_, err := job.Add(t.Context(), texts(2)...)
		require.NoError(t, err)
		require.NoError(t, job.Run(t.Context()))
		ids := map[string]string{}
		for _, m := range service.TestMessages() {
			ids[m.Reference] = m.ID
		}
		at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		for _, r := range []notify.DeliveryReceipt{
			{ID: ids["row-0"], Reference: "row-0", Status: notify.StatusTemporaryFailure, CompletedAt: at},
			{ID: ids["row-0"], Reference: "row-0", Status: notify.StatusSending, CompletedAt: at.Add(-time.Minute)},
			{ID: ids["row-0"], Reference: "row-1", Status: notify.StatusDelivered},
			{ID: ids["row-1"], Status: notify.StatusDelivered},
			{ID: ids["row-1"], Reference: "another's", Status: notify.StatusDelivered},
			{ID: ids["row-1"], Reference: "row-1", Status: notify.StatusSent, CompletedAt: at},
		} {
			require.NoError(t, job.DeliveryReceipt(t.Context(), r))
		}
		got := map[string]notify.Status{}
		for r, err := range job.Results(t.Context()) {
			require.NoError(t, err)
			require.Equal(t, at, r.StatusAt)
			got[r.Reference] = r.Status
		}
		require.Equal(t, map[string]notify.Status{"row-0": "temporary-failure", "row-1": "sent"}, maps.Clone(got))
	})
}

// Costs come with the statuses from Notify's lists.
func TestRefreshCosts(t *testing.T) {
	t.Parallel()
	sim := simulator.New()
	service := addService(t, sim, 60_000)
	client := clientOf(t, sim, service.Key(simulator.KeyTypeLive))
	job := open(t, client)
	_, err := job.Add(t.Context(), texts(3)...)
	require.NoError(t, err)
	require.NoError(t, job.Run(t.Context(), bulk.Live()))
	told, err := job.Refresh(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, told)
	counts, err := job.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{"delivered": 3}, counts.Statuses)
	require.Positive(t, counts.Cost)
	requests := len(sim.Requests())
	told, err = job.Refresh(t.Context())
	require.NoError(t, err)
	require.Zero(t, told)
	require.Len(t, sim.Requests(), requests, "all is known")
}

// Purge leaves nothing in the files, neither where it was nor where SQLite has copied it.
func TestPurgeLeavesNothing(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	dir := t.TempDir()
	path := filepath.Join(dir, "bulk.db")
	job := openAt(t, path, client)
	var table strings.Builder
	table.WriteString("phone number,name,note\n")
	for n := range 2000 {
		fmt.Fprintf(&table, "0790090%04d,SECRET-%d,%s\n", n, n, strings.Repeat("SECRET", n%700))
	}
	_, err := job.AddCSV(t.Context(), strings.NewReader(table.String()), bulk.SMS(templateID))
	require.NoError(t, err)
	secret := bulk.Path(filepath.Join(dir, "SECRET.pdf"))
	_, err = job.Add(t.Context(), notify.PrecompiledLetter{Reference: "pdf", Content: secret})
	require.NoError(t, err)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=secure_delete(ON)")
	require.NoError(t, err)
	for i := range 7 { // as if they were sent, in some order, so that rows grow and pages are divided
		_, err = db.ExecContext(t.Context(), "UPDATE notify_messages SET state = 'refused', done_at = 1, reason = ?"+
			" WHERE id % 7 = ?", strings.Repeat("reason", 30), i)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	for _, f := range files {
		info, err := os.Stat(f)
		require.NoError(t, err)
		require.Equal(t, "-rw-------", info.Mode().String(), f)
	}
	n, err := job.Purge(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, 2001, n)
	for r, err := range job.Results(t.Context()) {
		require.NoError(t, err)
		require.NotContains(t, fmt.Sprintf("%+v", r), "SECRET")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		require.Zero(t, bytes.Count(data, []byte("SECRET"))+bytes.Count(data, []byte("0790090")), f)
	}
}

// Columns without a name, and as many as there are, are told apart.
func TestWriteCSVManyColumns(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	job := open(t, client)
	empty := strings.Repeat(",", 50_000)
	_, err := job.AddCSV(t.Context(), strings.NewReader("name,phone number"+empty+"\nAnn,07900 900123"+empty[1:]+",x\n"),
		bulk.SMS(templateID))
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, job.WriteCSV(t.Context(), &out))
	lines := strings.Split(out.String(), "\n")
	require.Contains(t, lines[0], "name,phone number"+empty+",notify id,")
	require.Contains(t, lines[1], empty[1:]+",x,")
}

// Columns that somebody spoilt are told of without the reference, which can be about a person.
func TestResultsSpoilt(t *testing.T) {
	t.Parallel()
	_, client := setup(t, 60_000)
	path := filepath.Join(t.TempDir(), "bulk.db")
	job := openAt(t, path, client)
	_, err := job.AddCSV(t.Context(), strings.NewReader("phone number,name,reference\n07900900123,Ann,ann-smith\n"),
		bulk.SMS(templateID))
	require.NoError(t, err)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE notify_messages SET columns = '["odd"]'`)
	require.NoError(t, err)
	for _, err := range job.Results(t.Context()) {
		require.EqualError(t, err, "bulk: the columns of row 1 in the store are not what was stored")
	}
}
