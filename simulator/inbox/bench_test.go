package inbox_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/inbox"
)

// crowded is a place with 100,000 messages, made once for all benchmarks.
var crowded = sync.OnceValues(func() (place, error) {
	sim := simulator.New(simulator.WithRequestLog(1000))
	svc, err := sim.AddService(simulator.ServiceConfig{
		Name: "Town", RateLimit: 1 << 30, Keys: []simulator.KeyConfig{
			{Name: "test", Type: simulator.KeyTypeTest}, {Name: "live", Type: simulator.KeyTypeLive},
		},
	})
	if err != nil {
		return place{}, err
	}
	p := place{sim: sim, svc: svc}
	if p.pages, err = inbox.New(sim); err != nil {
		return p, err
	}
	p.emailT, err = svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeEmail, Name: "Receipt", Versions: []simulator.TemplateVersion{{
			Subject: "Your receipt, ((name))", Body: "Dear ((name))\n\nYou have paid £((amount)). Thank you.",
		}},
	})
	if err != nil {
		return p, err
	}
	clients := map[bool]*notify.Client{}
	for live, kind := range map[bool]simulator.KeyType{false: simulator.KeyTypeTest, true: simulator.KeyTypeLive} {
		clients[live], err = notify.New(svc.Key(kind), notify.WithHTTPClient(&http.Client{Transport: sim}),
			notify.WithoutRateLimit(), notify.WithoutGuard())
		if err != nil {
			return p, err
		}
	}
	for i := range 100_000 {
		_, err := clients[i%2 == 0].SendEmail(context.Background(), notify.Email{
			EmailAddress: fmt.Sprintf("person%d@town.gov.uk", i), TemplateID: p.emailT,
			Personalisation: notify.Personalisation{"name": fmt.Sprintf("Person %d", i), "amount": i},
		})
		if err != nil {
			return p, err
		}
	}
	return p, nil
})

// BenchmarkMessages is the list of 100,000 messages of two types of key: all of it, filtered and searched.
func BenchmarkMessages(b *testing.B) {
	p, err := crowded()
	require.NoError(b, err)
	for name, query := range map[string]string{
		"all": "", "last": "page=2000", "live": "key=live", "words": "words=person+9999", "to": "to=person77@town.gov.uk",
		"template": "template=Receipt",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got := p.get(b, inbox.Path+"/?"+query)
				require.Equal(b, 200, got.status)
				b.ReportMetric(float64(len(got.body)), "page-bytes")
			}
		})
	}
}

// BenchmarkOtherPages are the pages beside the list, with 100,000 messages.
func BenchmarkOtherPages(b *testing.B) {
	p, err := crowded()
	require.NoError(b, err)
	last := p.sim.Search(simulator.Search{Limit: 1}).Messages[0].ID
	for name, path := range map[string]string{
		"message": p.message(last), "requests": inbox.Path + "/requests", "service": inbox.Path + "/services/" + p.svc.ID(),
		"template": p.template(p.emailT) + "?value-name=Jo", "controls": inbox.Path + "/controls",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				got := p.get(b, path)
				require.Equal(b, 200, got.status)
				b.ReportMetric(float64(len(got.body)), "page-bytes")
			}
		})
	}
}
