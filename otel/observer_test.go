package notifyotel_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/notifykit/notify"
	notifyotel "github.com/notifykit/notify/otel"
	"github.com/notifykit/notify/simulator"
)

const (
	serviceID  = "26785a09-ab16-4eb0-8407-a37497a57506"
	templateID = "f33517ff-2a88-4f6e-b855-c550268ce08a"
)

// A kit is a simulated service, and a client of it that is watched.
type kit struct {
	*notify.Client

	service *simulator.Service
	spans   *tracetest.InMemoryExporter
	tracers *sdktrace.TracerProvider
	reader  *metric.ManualReader
}

// newKit takes a transport in between, nil for none.
func newKit(t *testing.T, between func(next http.RoundTripper) http.RoundTripper, opts ...notify.Option) *kit {
	t.Helper()
	s := simulator.New()
	service, err := s.AddService(simulator.ServiceConfig{
		ID: serviceID, Name: "Watched", Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
		Templates: []simulator.TemplateConfig{{
			ID: templateID, Type: simulator.MessageTypeSMS, Versions: []simulator.TemplateVersion{{Body: "Hello ((name))"}},
		}},
	})
	require.NoError(t, err)
	k := &kit{service: service, spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	k.tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(k.spans))
	observer := notifyotel.Observer(
		notifyotel.WithTracerProvider(k.tracers),
		notifyotel.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(k.reader))))
	var transport http.RoundTripper = s
	if between != nil {
		transport = between(transport)
	}
	opts = append([]notify.Option{
		notify.WithHTTPClient(&http.Client{Transport: transport}), notify.WithObserver(observer),
	}, opts...)
	k.Client, err = notify.New(service.Key(simulator.KeyTypeTest), opts...)
	require.NoError(t, err)
	return k
}

func message() notify.SMS {
	return notify.SMS{
		PhoneNumber: "07900900123", TemplateID: templateID, Reference: "order-4711",
		Personalisation: notify.Personalisation{"name": "Amala"},
	}
}

// tree prints the spans that have ended, each below its parent, with their attributes in the order of their names.
// What differs from run to run is left out.
func (k *kit) tree(t *testing.T) string {
	t.Helper()
	spans := k.spans.GetSpans()
	slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
	var b strings.Builder
	var below func(parent trace.SpanID, indent string)
	below = func(parent trace.SpanID, indent string) {
		for _, s := range spans {
			if s.Parent.SpanID() != parent {
				continue
			}
			var attrs []string
			for _, a := range s.Attributes {
				switch a.Key {
				case "notify.trace_id", "notify.message.id":
					require.NotEmpty(t, a.Value.AsString())
				case "notify.template.id", "notify.operation", "notify.key_type", "server.address", "server.port",
					"http.request.method", "url.template":
				default:
					attrs = append(attrs, fmt.Sprintf("%s=%s", a.Key, a.Value.String()))
				}
			}
			slices.Sort(attrs)
			line := fmt.Sprintf("%s%s (%s, %s) %s", indent, s.Name, s.SpanKind, s.Status.Code, strings.Join(attrs, " "))
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			below(s.SpanContext.SpanID(), indent+"  ")
		}
	}
	below(trace.SpanID{}, "")
	for _, private := range []string{"900123", "4711", "Amala", "Bearer", serviceID} {
		require.NotContains(t, fmt.Sprintf("%+v", spans), private)
	}
	return b.String()
}

// measured are the counts of a metric's points by their attributes.
func (k *kit) measured(t *testing.T, name string) map[string]uint64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, k.reader.Collect(t.Context(), &all))
	counts := map[string]uint64{}
	for _, scope := range all.ScopeMetrics {
		require.Equal(t, notifyotel.Name, scope.Scope.Name)
		for _, m := range scope.Metrics {
			if m.Name == name {
				require.Equal(t, "s", m.Unit)
				for _, point := range m.Data.(metricdata.Histogram[float64]).DataPoints {
					counts[point.Attributes.Encoded(attribute.DefaultEncoder())] = point.Count
				}
			}
		}
	}
	return counts
}

func TestSend(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	sent, err := k.SendSMS(t.Context(), message())
	require.NoError(t, err)
	require.Equal(t, `notify SendSMS (internal, Unset) notify.attempts=1 notify.outcome=accepted
  POST /v2/notifications/sms (client, Unset) http.response.status_code=201
`, k.tree(t))

	spans := k.spans.GetSpans()
	require.Len(t, spans, 2)
	require.Subset(t, attributes(spans[0]), []string{
		"http.request.method=POST", "url.template=/v2/notifications/sms", "server.port=443",
		"server.address=api.notifications.service.gov.uk", "notify.message.id=" + sent.ID,
	})
	require.Subset(t, attributes(spans[1]), []string{
		"notify.operation=SendSMS", "notify.key_type=test", "notify.template.id=" + templateID,
		"notify.message.id=" + sent.ID,
	})
	require.Equal(t, notifyotel.Name, spans[0].InstrumentationScope.Name)

	require.Equal(t, map[string]uint64{
		"http.request.method=POST,http.response.status_code=201,server.address=api.notifications.service.gov.uk," +
			"server.port=443,url.template=/v2/notifications/sms": 1,
	}, k.measured(t, "http.client.request.duration"))
	require.Equal(t, map[string]uint64{
		"notify.key_type=test,notify.operation=SendSMS,notify.outcome=accepted": 1,
	}, k.measured(t, "notify.client.call.duration"))
}

func attributes(s tracetest.SpanStub) (attrs []string) {
	for _, a := range s.Attributes {
		attrs = append(attrs, fmt.Sprintf("%s=%s", a.Key, a.Value.String()))
	}
	return attrs
}

func TestRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, nil)
		slow := simulator.SetHeader("Retry-After", "3")
		k.service.Simulator().Inject(simulator.OnSend(), simulator.RateLimited(), slow).Times(2)
		_, err := k.SendSMS(t.Context(), message())
		require.NoError(t, err)
		require.Equal(t, `notify SendSMS (internal, Unset) notify.attempts=3 notify.outcome=accepted
  POST /v2/notifications/sms (client, Error) `+
			`error.type=RateLimitError http.response.status_code=429 notify.retry_in=3
  POST /v2/notifications/sms (client, Error) `+
			`error.type=RateLimitError http.request.resend_count=1 http.response.status_code=429 notify.retry_in=3
  POST /v2/notifications/sms (client, Unset) http.request.resend_count=2 http.response.status_code=201
`, k.tree(t))
		call := k.spans.GetSpans()[3]
		require.Equal(t, 6*time.Second, call.EndTime.Sub(call.StartTime))
		const where = "server.address=api.notifications.service.gov.uk,server.port=443,url.template=/v2/notifications/sms"
		require.Equal(t, map[string]uint64{
			"error.type=RateLimitError,http.request.method=POST,http.response.status_code=429," + where: 2,
			"http.request.method=POST,http.response.status_code=201," + where:                           1,
		}, k.measured(t, "http.client.request.duration"))
	})
}

func TestOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, nil)
		k.service.Simulator().Inject(simulator.OnSend(), simulator.LoseAnswer()).Times(1)
		sent, err := k.Send(t.Context(), message(), notify.Once())
		require.NoError(t, err)
		require.True(t, sent.Recovered)
		require.Equal(t, `notify SendSMS (internal, Unset) notify.attempts=1 notify.outcome=recovered
  POST /v2/notifications/sms (client, Error) error.type=ConnectionError
  notify NotificationsPage (internal, Unset) notify.attempts=1
    GET /v2/notifications (client, Unset) http.response.status_code=200
`, k.tree(t))
		require.Equal(t, map[string]uint64{
			"notify.key_type=test,notify.operation=NotificationsPage":                1,
			"notify.key_type=test,notify.operation=SendSMS,notify.outcome=recovered": 1,
		}, k.measured(t, "notify.client.call.duration"))
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil, notify.WithKeyType(notify.KeyTypeLive))
	m := message()
	m.PhoneNumber = "07700 900123"
	_, err := k.SendSMS(t.Context(), m)
	require.ErrorIs(t, err, notify.ErrReservedRecipient)
	require.Equal(t, `notify SendSMS (internal, Error) error.type=InvalidRequest notify.attempts=0 notify.outcome=refused
`, k.tree(t))

	k.spans.Reset()
	m = message()
	m.Personalisation = nil
	_, err = k.SendSMS(t.Context(), m)
	require.ErrorIs(t, err, notify.ErrMissingPersonalisation)
	require.Equal(t, `notify SendSMS (internal, Error) error.type=BadRequestError notify.attempts=1 notify.outcome=refused
  POST /v2/notifications/sms (client, Error) error.type=BadRequestError http.response.status_code=400
`, k.tree(t))
	span := k.spans.GetSpans()[1]
	require.Equal(t, codes.Error, span.Status.Code)
	require.Equal(t, err.Error(), span.Status.Description)
}

// The caller's span is the parent of a call's, and the transport finds the span of the attempt, to inject it.
func TestPropagation(t *testing.T) {
	t.Parallel()
	headers := http.Header{}
	k := newKit(t, func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			propagation.TraceContext{}.Inject(req.Context(), propagation.HeaderCarrier(headers))
			require.Empty(t, req.Header.Get("Traceparent"), "nothing is added unasked")
			return next.RoundTrip(req)
		})
	})
	ctx, root := k.tracers.Tracer("caller").Start(t.Context(), "handle form")
	_, err := k.SendSMS(ctx, message())
	require.NoError(t, err)
	root.End()
	require.Equal(t, `handle form (internal, Unset)
  notify SendSMS (internal, Unset) notify.attempts=1 notify.outcome=accepted
    POST /v2/notifications/sms (client, Unset) http.response.status_code=201
`, k.tree(t))
	attempt := k.spans.GetSpans()[0].SpanContext
	require.Equal(t, fmt.Sprintf("00-%s-%s-01", attempt.TraceID(), attempt.SpanID()), headers.Get("Traceparent"))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Without providers there is nothing to see, and nothing goes wrong; with a transport that fails neither.
func TestWithoutProviders(t *testing.T) {
	t.Parallel()
	broken := roundTripper(func(*http.Request) (*http.Response, error) { return nil, io.EOF })
	client, err := notify.New("my_test_key-"+serviceID+"-3d844edf-8d35-48ac-975b-e847b4f122b0",
		notify.WithHTTPClient(&http.Client{Transport: broken}),
		notify.WithObserver(notifyotel.Observer(nil, notifyotel.WithTracerProvider(nil), notifyotel.WithMeterProvider(nil))))
	require.NoError(t, err)
	_, err = client.SendSMS(t.Context(), message())
	require.ErrorIs(t, err, notify.ErrOutcomeUnknown)
}
