package notify //nolint:testpackage // a turn by itself cannot be seen from outside

import "testing"

// BenchmarkTurn is what the limiter adds to an attempt that need not wait.
func BenchmarkTurn(b *testing.B) {
	bucket := newBucket(mostPerMinute)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bucket.wait(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
		bucket.answered(0)
	}
}
