package postage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/internal/postage"
)

func TestEstimatedDelivery(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ created, postage, want string }{
		{"2026-11-23T12:00:07Z", postage.First, "2026-11-25T16:00:07Z"},
		{"2026-11-23T12:00:00Z", postage.Second, "2026-12-01T16:00:00Z"},
		{"2026-11-23T12:00:00Z", postage.Economy, "2026-12-03T16:00:00Z"},
		{"2026-11-23T12:00:00Z", postage.Europe, "2026-12-02T16:00:00Z"},
		{"2026-11-23T12:00:00Z", postage.RestOfWorld, "2026-12-04T16:00:00Z"},
		{"2026-11-23T17:30:00Z", postage.First, "2026-11-26T16:00:00Z"},
		{"2026-06-01T16:29:59Z", postage.First, "2026-06-03T15:00:59Z"}, // summer time
		{"2026-06-01T16:30:00Z", postage.First, "2026-06-04T15:00:00Z"},
		{"2026-11-26T12:00:00Z", postage.First, "2026-11-28T16:00:00Z"}, // a Saturday
		{"2026-12-23T12:00:00Z", postage.Second, "2027-01-05T16:00:00Z"},
		{"2026-04-02T12:00:00Z", postage.First, "2026-04-08T15:00:00Z"}, // Maundy Thursday
	} {
		created, err := time.Parse(time.RFC3339, test.created)
		require.NoError(t, err)
		got := postage.EstimatedDelivery(created, test.postage).Format(time.RFC3339)
		require.Equal(t, test.want, got, "%s %s", test.created, test.postage)
	}
}

func TestPrices(t *testing.T) {
	t.Parallel()
	require.Equal(t, []postage.Price{
		{1, "first", 1.49}, {2, "first", 1.56}, {3, "first", 1.63}, {4, "first", 1.70}, {5, "first", 1.77},
		{1, "second", 0.68}, {2, "second", 0.75}, {3, "second", 0.82}, {4, "second", 0.89}, {5, "second", 0.96},
		{1, "economy", 0.59}, {2, "economy", 0.66}, {3, "economy", 0.73}, {4, "economy", 0.80}, {5, "economy", 0.87},
		{1, "europe", 1.56}, {2, "europe", 1.63}, {3, "europe", 1.70}, {4, "europe", 1.77}, {5, "europe", 1.84},
		{1, "rest-of-world", 1.56}, {2, "rest-of-world", 1.63}, {3, "rest-of-world", 1.70},
		{4, "rest-of-world", 1.77}, {5, "rest-of-world", 1.84},
	}, postage.Prices())
	for _, p := range postage.Prices() {
		require.True(t, postage.Known(p.Postage))
	}
	require.False(t, postage.Known("third"))
}

func TestSheets(t *testing.T) {
	t.Parallel()
	for pages, sheets := range map[int]int{0: 0, 1: 1, 2: 1, 3: 2, 10: 5} {
		require.Equal(t, sheets, postage.Sheets(pages), "%d pages", pages)
	}
}
