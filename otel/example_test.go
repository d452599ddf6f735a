package notifyotel_test

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/notifykit/notify"
	notifyotel "github.com/notifykit/notify/otel"
	"github.com/notifykit/notify/simulator"
)

// newClient makes a client whose calls are traced and measured by OpenTelemetry's global providers.
func newClient(key string) (*notify.Client, error) {
	return notify.New(key, notify.WithObserver(notifyotel.Observer()))
}

func Example() {
	client, err := newClient("my_test_key-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0")
	fmt.Println(client.KeyType(), err)
	// Output: test <nil>
}

// An answer is lost, and the message found. The spans are those that a tracing backend would show, the last first.
func ExampleObserver() {
	s := simulator.New()
	service, err := s.AddService(simulator.ServiceConfig{
		ID: serviceID, Name: "Parking permits", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{{
			ID: templateID, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Granted"}},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s.Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)

	spans := tracetest.NewInMemoryExporter()
	observer := notifyotel.Observer(
		notifyotel.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))),
		notifyotel.WithMeterProvider(metric.NewMeterProvider()))
	client, err := notify.New(service.Key(simulator.KeyTypeTest),
		notify.WithHTTPClient(&http.Client{Transport: s}), notify.WithObserver(observer))
	if err != nil {
		fmt.Println(err)
		return
	}
	permit := notify.SMS{PhoneNumber: "07900 900123", TemplateID: templateID, Reference: "permit-1"}
	if _, err := client.Send(context.Background(), permit, notify.Once()); err != nil {
		fmt.Println(err)
	}
	for _, span := range spans.GetSpans() {
		fmt.Println(span.SpanKind, span.Name, span.Status.Code)
	}
	// Output:
	// client POST /v2/notifications/sms Error
	// client GET /v2/notifications Unset
	// internal notify NotificationsPage Unset
	// internal notify SendSMS Unset
}
