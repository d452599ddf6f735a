// Package notifyotel tells OpenTelemetry of the calls of a GOV.UK Notify client: traces and metrics by the semantic
// conventions, with nothing personal in them.
//
//	client, err := notify.New(key, notify.WithObserver(notifyotel.Observer()))
//
// # Traces
//
// A call of the client is a span such as "notify SendSMS", of kind internal. Each attempt is a span within it, of kind
// client and named after its method and route, by the conventions for HTTP clients: http.request.method, url.template,
// server.address, server.port, http.response.status_code, http.request.resend_count and error.type. Not url.full: ids
// and references are in that. The look-ups of a send with [notify.Once] are calls within it. Attributes without a
// convention begin with "notify.": operation, key_type, outcome (of sends), attempts, message.id, template.id, trace_id
// (Notify's own, which its support asks for) and retry_in, the seconds until the next attempt. The conventions for
// messaging are about brokers, and don't fit.
//
// A span whose call or attempt failed has the status Error, described by the client's error, which prints nothing
// personal. error.type is [notify.Event].Class.
//
// # Metrics
//
// http.client.request.duration, in seconds, is about attempts, by http.request.method, url.template, server.address,
// server.port, http.response.status_code and error.type. notify.client.call.duration, in seconds, is about calls with
// all their attempts and waits, by notify.operation, notify.key_type, notify.outcome and error.type. Its count says how
// many sends were accepted, recovered, refused, not sent, and unknown. All of these have few values.
//
// # Propagation
//
// Nothing is added to requests: Notify would see it, and does not go on with traces. Who wants a traceparent in them
// wraps the client's transport with otelhttp, whose spans are then within those of attempts.
package notifyotel

import (
	"context"
	"net"
	"slices"
	"strconv"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/notifykit/notify"
)

// Name is the instrumentation scope of the spans and metrics.
const Name = "github.com/notifykit/notify/otel"

// An Option changes what [Observer] makes.
type Option func(*observer)

// WithTracerProvider says who makes the spans. Defaults to the global provider; nil is that too.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(o *observer) { o.tracers = p }
}

// WithMeterProvider says who takes the measurements. Defaults to the global provider; nil is that too.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(o *observer) { o.meters = p }
}

// Observer makes an observer for [notify.WithObserver]. Clients may share it. If an instrument can't be made,
// OpenTelemetry's error handler is told, and that one does nothing.
func Observer(opts ...Option) notify.Observer {
	o := &observer{}
	for _, opt := range opts {
		if opt != nil {
			opt(o)
		}
	}
	if o.tracers == nil {
		o.tracers = otel.GetTracerProvider()
	}
	if o.meters == nil {
		o.meters = otel.GetMeterProvider()
	}
	o.tracer = o.tracers.Tracer(Name, trace.WithSchemaURL(semconv.SchemaURL))
	meter := o.meters.Meter(Name, metric.WithSchemaURL(semconv.SchemaURL))
	var err error
	if o.attempts, err = httpconv.NewClientRequestDuration(meter, buckets()); err != nil {
		otel.Handle(err)
	}
	if o.calls, err = meter.Float64Histogram("notify.client.call.duration", buckets(30, 60, 120), metric.WithUnit("s"),
		metric.WithDescription("Duration of calls to GOV.UK Notify, with all attempts and waits.")); err != nil {
		otel.Handle(err)
		o.calls = noop.Float64Histogram{}
	}
	return notify.Observer{Begin: o.begin, End: o.end}
}

// buckets are the bounds that the conventions for HTTP give, and more for what takes longer.
func buckets(more ...float64) metric.HistogramOption {
	return metric.WithExplicitBucketBoundaries(append([]float64{
		0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
	}, more...)...)
}

type observer struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider

	tracer   trace.Tracer
	attempts httpconv.ClientRequestDuration
	calls    metric.Float64Histogram
}

// begin starts a span.
func (o *observer) begin(ctx context.Context, e notify.Event) context.Context {
	name, kind, attrs := "notify "+e.Operation, trace.SpanKindInternal, []attribute.KeyValue{
		attribute.String("notify.operation", e.Operation),
		attribute.String("notify.key_type", string(e.KeyType)),
	}
	if e.TemplateID != "" {
		attrs = append(attrs, attribute.String("notify.template.id", e.TemplateID))
	}
	if e.Attempt > 0 {
		name, kind, attrs = e.Method+" "+e.Route, trace.SpanKindClient, request(e)
		if e.Attempt > 1 {
			attrs = append(attrs, semconv.HTTPRequestResendCount(e.Attempt-1))
		}
	}
	ctx, _ = o.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attrs...))
	return ctx
}

// request is what there is to say of an attempt before it is made.
func request(e notify.Event) []attribute.KeyValue {
	address, port := server(e)
	return []attribute.KeyValue{
		semconv.HTTPRequestMethodKey.String(e.Method), semconv.URLTemplate(e.Route),
		semconv.ServerAddress(address), semconv.ServerPort(port),
	}
}

func server(e notify.Event) (address string, port int) {
	address, service, _ := net.SplitHostPort(e.Host)
	port, _ = strconv.Atoi(service)
	return address, port
}

// end measures, in the context of the span, and ends it.
func (o *observer) end(ctx context.Context, e notify.Event) {
	var result []attribute.KeyValue
	if e.Class != "" {
		result = append(result, semconv.ErrorTypeKey.String(e.Class))
	}
	if e.Attempt > 0 {
		if e.Status != 0 {
			result = append(result, semconv.HTTPResponseStatusCode(e.Status))
		}
		address, port := server(e)
		o.attempts.Record(ctx, e.Duration.Seconds(), httpconv.RequestMethodAttr(e.Method), address, port,
			append(slices.Clip(result), semconv.URLTemplate(e.Route))...)
	} else {
		if e.Outcome != "" {
			result = append(result, attribute.String("notify.outcome", string(e.Outcome)))
		}
		o.calls.Record(ctx, e.Duration.Seconds(), metric.WithAttributes(append(slices.Clip(result),
			attribute.String("notify.operation", e.Operation),
			attribute.String("notify.key_type", string(e.KeyType)))...))
		result = append(result, attribute.Int("notify.attempts", e.Attempts))
	}
	span := trace.SpanFromContext(ctx)
	defer span.End()
	if !span.IsRecording() {
		return
	}
	span.SetAttributes(append(result, details(e)...)...)
	if e.Err != nil {
		span.SetStatus(codes.Error, e.Err.Error())
	}
}

// details are what would be too many values for a metric.
func details(e notify.Event) (attrs []attribute.KeyValue) {
	for _, id := range []struct{ name, value string }{
		{"notify.message.id", e.MessageID}, {"notify.trace_id", e.TraceID},
	} {
		if id.value != "" {
			attrs = append(attrs, attribute.String(id.name, id.value))
		}
	}
	if e.WillRetry {
		attrs = append(attrs, attribute.Float64("notify.retry_in", e.RetryIn.Seconds()))
	}
	return attrs
}
