package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator"
)

// another adds a service to the town's simulator, and returns it as a town.
func (w town) another(t testing.TB, name string) town {
	t.Helper()
	svc, err := w.sim.AddService(simulator.ServiceConfig{
		Name: name, Keys: []simulator.KeyConfig{{Name: "test", Type: simulator.KeyTypeTest}},
	})
	require.NoError(t, err)
	sms, err := svc.AddTemplate(simulator.TemplateConfig{
		Type: simulator.MessageTypeSMS, Name: "T", Versions: []simulator.TemplateVersion{{Body: "Hello ((name))"}},
	})
	require.NoError(t, err)
	return town{sim: w.sim, svc: svc, sms: sms}
}

func (w town) sendTest(t testing.TB) {
	t.Helper()
	w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123")
}

// TestHungReceiver: over sockets, the receiver of one service that hangs delays no other service.
func TestHungReceiver(t *testing.T) {
	t.Parallel()
	w := setup(t, simulator.ServiceConfig{})
	other := w.another(t, "Other")
	hanging, release := make(chan struct{}, 10), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		hanging <- struct{}{}
		<-release
	}))
	defer slow.Close()
	told := make(chan struct{}, 10)
	quick := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told <- struct{}{} }))
	defer quick.Close()
	for svc, url := range map[*simulator.Service]string{w.svc: slow.URL, other.svc: quick.URL} {
		require.NoError(t, svc.SetCallback(simulator.CallbackKindDeliveryReceipt, simulator.Callback{
			URL: url, BearerToken: callbackToken, Transport: slow.Client().Transport,
		}))
	}
	for range 4 {
		w.sendTest(t)
	}
	<-hanging
	start := time.Now()
	for range 2 {
		other.sendTest(t)
		<-told
	}
	other.svc.SettleCallbacks()
	require.Len(t, other.svc.Callbacks(), 2)
	snapped := make(chan *simulator.Snapshot)
	go func() { snapped <- w.sim.Snapshot() }()
	time.Sleep(10 * time.Millisecond)
	other.sendTest(t)
	<-told
	require.Less(t, time.Since(start), 4*time.Second)
	require.Empty(t, w.svc.Callbacks(), "the first is still on its way")
	close(release)
	<-snapped
	w.svc.SettleCallbacks()
	other.svc.SettleCallbacks()
	require.Len(t, w.svc.Callbacks(), 4)
	require.Len(t, other.svc.Callbacks(), 3)
}

// TestCallbacksOfOneService come in order, one at a time, and at their own pace.
func TestCallbacksOfOneService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, quick := receiving(t)
		slow := w.another(t, "Slow")
		var busy atomic.Int32
		require.NoError(t, slow.svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			if busy.Add(1) != 1 {
				t.Error("two at a time")
			}
			time.Sleep(4 * time.Second)
			busy.Add(-1)
		}), callbackToken))
		start := time.Now()
		for range 4 {
			slow.sendTest(t)
		}
		synctest.Wait()
		for n := range 3 {
			w.sendTest(t)
			synctest.Wait()
			require.Len(t, quick.received(), n+1)
		}
		w.svc.SettleCallbacks()
		require.Equal(t, start, time.Now(), "nobody waited")
		slow.svc.SettleCallbacks()
		require.Equal(t, 16*time.Second, time.Since(start))
		require.Len(t, slow.svc.Callbacks(), 4)

		slow.sendTest(t)
		synctest.Wait()
		w.sendTest(t)
		w.sendTest(t)
		w.sim.Advance(0)
		require.Equal(t, 20*time.Second, time.Since(start), "who moves the time waits for all")
	})
}

// TestFewGoroutines: what is pending takes none, however much it is, and what is due takes one for each service.
func TestFewGoroutines(t *testing.T) { //nolint:paralleltest // it counts goroutines
	w := setup(t, simulator.ServiceConfig{}, simulator.WithOutcomeDelay(time.Second))
	release := make(chan struct{})
	require.NoError(t, w.svc.CallBack(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-release
	}), callbackToken))
	require.NoError(t, w.svc.SetRateLimit(1_000_000))
	before := runtime.NumGoroutine()
	for range 2000 {
		require.Equal(t, 201, w.sendSMS(t, w.svc.Key(simulator.KeyTypeTest), "07900900123").status)
	}
	require.Less(t, runtime.NumGoroutine(), before+10)
	time.Sleep(1500 * time.Millisecond)
	require.Less(t, runtime.NumGoroutine(), before+10)
	close(release)
	w.sim.Advance(0)
	require.Equal(t, 2000, len(w.svc.Callbacks())) //nolint:testifylint // to print them takes a page
}

// TestSharedByBubbles: a bubble that is over leaves nothing behind that keeps callbacks from going out.
func TestSharedByBubbles(t *testing.T) {
	t.Parallel()
	w, r := receiving(t, simulator.WithOutcomes(func(n simulator.Notification) simulator.Status {
		if n.To == "07900900999" {
			return simulator.StatusSending // until it is given up
		}
		return simulator.StatusDelivered
	}))
	live, told := w.svc.Key(simulator.KeyTypeLive), 0
	delivered := func() (n int) {
		for _, body := range r.received() {
			n += strings.Count(body, `"delivered"`)
		}
		return n
	}
	send := func(t *testing.T) {
		t.Helper()
		w.sendSMS(t, live, "07900900999") // an alarm that is left behind
		w.sendTest(t)
		told++
	}
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			send(t)
			synctest.Wait()
			require.Equal(t, told, delivered())
			time.Sleep(time.Second)
			send(t)
			synctest.Wait()
			require.Equal(t, told, delivered())
		})
		send(t)
		require.Eventually(t, func() bool { return delivered() == told }, 5*time.Second, time.Millisecond)
	}
}
