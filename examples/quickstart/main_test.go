package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify/simulator/simtest"
)

func golden(t *testing.T) string {
	t.Helper()
	want, err := os.ReadFile("testdata/output.txt")
	require.NoError(t, err)
	return string(want)
}

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestSimulator(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), env(nil), &out))
	require.Equal(t, golden(t), out.String())
}

// The README shows the output: it must not go stale.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), "$ go run ./examples/quickstart\n"+golden(t)+"```\n")
}

// remote starts a Notify on a port, and returns the variables that make the quickstart send to it.
func remote(t *testing.T, wrap func(http.Handler) http.Handler) (*simtest.Kit, map[string]string) {
	t.Helper()
	kit := simtest.New(t)
	server := httptest.NewServer(wrap(kit.Simulator))
	t.Cleanup(server.Close)
	return kit, map[string]string{
		"NOTIFY_API_KEY": kit.TestKey, "NOTIFY_BASE_URL": server.URL + "/",
		"NOTIFY_SMS_TEMPLATE_ID":   kit.SMSTemplate("((whatever)) it ((may be??needs))"),
		"NOTIFY_EMAIL_TEMPLATE_ID": kit.EmailTemplate("((subject))", "Hello"),
	}
}

func unchanged(h http.Handler) http.Handler { return h }

func TestRemote(t *testing.T) {
	t.Parallel()
	kit, variables := remote(t, unchanged)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), env(variables), &out))
	require.Equal(t, strings.Replace(golden(t), "the simulator", variables["NOTIFY_BASE_URL"], 1), out.String())
	kit.N(len(table))
	require.Empty(t, kit.Service.Dashboard())
}

func TestAnotherOutcomeIsAnError(t *testing.T) {
	t.Parallel()
	_, variables := remote(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			w.WriteHeader(answer.Code)
			_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), "temporary-failure", "delivered"))
		})
	})
	var out bytes.Buffer
	require.EqualError(t, run(t.Context(), env(variables), &out), "2 of 6 outcomes are not the documented ones")
	require.Regexp(t, `temp-fail@simulator\.notify +temporary-failure +delivered`, out.String())
	require.NotContains(t, out.String(), "All")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const ids = "-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
	for name, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"a live key":        {map[string]string{"NOTIFY_API_KEY": "live" + ids}, "is a live key"},
		"a team key":        {map[string]string{"NOTIFY_API_KEY": "guest_list" + ids}, "is a team key"},
		"an unknown key":    {map[string]string{"NOTIFY_API_KEY": "permits" + ids}, "does not say that it is a test key"},
		"two types at once": {map[string]string{"NOTIFY_API_KEY": "live-test" + ids}, "does not say that it is a test key"},
		"not a key":         {map[string]string{"NOTIFY_API_KEY": "test"}, "NOTIFY_API_KEY"},
		"no sms template":   {map[string]string{"NOTIFY_SMS_TEMPLATE_ID": ""}, "NOTIFY_SMS_TEMPLATE_ID"},
		"no email template": {map[string]string{"NOTIFY_EMAIL_TEMPLATE_ID": ""}, "NOTIFY_EMAIL_TEMPLATE_ID"},
		"no key":            {map[string]string{"NOTIFY_API_KEY": ""}, "NOTIFY_API_KEY is not"},
		"no host":           {map[string]string{"NOTIFY_BASE_URL": "http://notify.example"}, "NOTIFY_BASE_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, variables := remote(t, func(http.Handler) http.Handler {
				return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
			})
			for name, value := range c.change {
				variables[name] = value
			}
			var out bytes.Buffer
			err := run(t.Context(), env(variables), &out)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), ids[1:])
			require.Empty(t, out.String())
		})
	}
}

func TestWrongTemplates(t *testing.T) {
	t.Parallel()
	kit, variables := remote(t, unchanged)
	const sms, email = "NOTIFY_SMS_TEMPLATE_ID", "NOTIFY_EMAIL_TEMPLATE_ID"
	variables[sms], variables[email] = variables[email], variables[sms]
	require.ErrorContains(t, run(t.Context(), env(variables), io.Discard), "is for email, not for sms")
	kit.None()
}
