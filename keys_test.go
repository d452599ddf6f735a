package notify_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

func TestParseKey(t *testing.T) {
	t.Parallel()
	ids := serviceID + "-" + secretID
	for name, tc := range map[string]struct{ text, wantName, wantErr string }{
		"plain":                 {"my_test_key-" + ids, "my_test_key", ""},
		"hyphens in the name":   {"a-b--c-" + ids, "a-b--c", ""},
		"uuid in the name":      {serviceID + "-" + ids, serviceID, ""},
		"new line from a file":  {"  k-" + ids + "\r\n", "k", ""},
		"byte order mark":       {"\ufeffk-" + ids, "k", ""},
		"gc notify":             {"gcntfy-k-" + ids, "k", ""},
		"upper case":            {"k-" + strings.ToUpper(ids), "k", ""},
		"beyond ASCII":          {"clé-" + ids, "clé", ""},
		"empty":                 {"", "", "is empty"},
		"blank":                 {" \n", "", "is empty"},
		"short":                 {"k-" + secretID, "", "too short"},
		"no name":               {ids, "", "name"},
		"no name but a hyphen":  {"-" + ids, "", "name"},
		"secret not hex":        {"k-" + serviceID + "-" + secretID[:35] + "g", "", "secret"},
		"secret without dashes": {"k-" + ids + strings.ReplaceAll(secretID, "-", ""), "", "secret"},
		"quoted":                {`"k-` + ids + `"`, "", "secret"},
		"service not hex":       {"k-x" + serviceID[1:] + "-" + secretID, "", "service id"},
		"no hyphen in between":  {"k-" + serviceID + "_" + secretID, "", "hyphens"},
		"no hyphen after name":  {"k" + ids, "", "hyphens"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := notify.ParseKey(tc.text)
			if tc.wantErr != "" {
				require.ErrorContains(t, err, tc.wantErr)
				requireClean(t, err.Error())
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.wantName, key.Name())
			require.Equal(t, serviceID, strings.ToLower(key.ServiceID()))
		})
	}
}

func TestKeyType(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]notify.KeyType{
		"test":            notify.KeyTypeTest,
		"my_test_key":     notify.KeyTypeTest,
		"TEST":            notify.KeyTypeTest,
		"unit-test":       notify.KeyTypeTest,
		"myTestKey":       notify.KeyTypeTest,
		"HTTPTest":        notify.KeyTypeTest,
		"test2":           notify.KeyTypeTest,
		"test test":       notify.KeyTypeTest,
		"team":            notify.KeyTypeTeam,
		"guest list":      notify.KeyTypeTeam,
		"Guestlist":       notify.KeyTypeTeam,
		"whitelist":       notify.KeyTypeTeam,
		"team-guest":      notify.KeyTypeTeam,
		"live":            notify.KeyTypeLive,
		"prod":            notify.KeyTypeLive,
		"acme production": notify.KeyTypeLive,
		"acmeLive":        notify.KeyTypeLive,
		"latest":          notify.KeyTypeUnknown,
		"contest":         notify.KeyTypeUnknown,
		"testing":         notify.KeyTypeUnknown,
		"alive":           notify.KeyTypeUnknown,
		"steam":           notify.KeyTypeUnknown,
		"product":         notify.KeyTypeUnknown,
		"key":             notify.KeyTypeUnknown,
		"123":             notify.KeyTypeUnknown,
		"live test":       notify.KeyTypeUnknown,
		"test-team":       notify.KeyTypeUnknown,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := notify.ParseKey(name + "-" + serviceID + "-" + secretID)
			require.NoError(t, err)
			require.Equal(t, want, key.Type())
		})
	}
	require.Equal(t, notify.KeyTypeUnknown, notify.Key{}.Type())
}

// addresses are those of pointers. Their digits are chance, and may be those of a part of the secret.
var addresses = regexp.MustCompile(`\b0x[0-9a-f]{6,12}\b`)

// requireClean fails if a string holds any part of the secret, in any usual encoding.
func requireClean(t *testing.T, text string) {
	t.Helper()
	text = addresses.ReplaceAllString(text, "0x")
	for _, part := range append(strings.Split(secretID, "-"), secretID) {
		require.NotContains(t, text, part)
		require.NotContains(t, text, fmt.Sprintf("%x", part))
		require.NotContains(t, text, fmt.Sprintf("%d", []byte(part)))
		require.NotContains(t, text, strings.Trim(fmt.Sprintf("%#v", []byte(part)), "[]byte{}"))
	}
}

func TestKeyNeverPrints(t *testing.T) {
	t.Parallel()
	key, err := notify.ParseKey(testKey)
	require.NoError(t, err)
	client, err := notify.New(testKey)
	require.NoError(t, err)
	type nested struct {
		Public  notify.Key
		hidden  notify.Key // printed by reflection
		pointer *notify.Key
		list    []notify.Key
		table   map[string]notify.Key
		client  *notify.Client
		any     any
	}
	n := nested{key, key, &key, []notify.Key{key}, map[string]notify.Key{"k": key}, client, key}
	values := map[string]any{
		"key": key, "pointer": &key,
		"slice": []notify.Key{key}, "map": map[string]notify.Key{"a": key}, "as map key": map[notify.Key]int{key: 1},
		"nested": n, "nested pointer": &n,
		"client": client, "client value": struct{ c *notify.Client }{client},
		"error": fmt.Errorf("with %w and %v", errors.New("x"), key),
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []string{
				"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%T", "%10s", "%.3s", "%U", "%t", "%08b",
			} {
				requireClean(t, fmt.Sprintf(verb, value))
			}
			raw, err := json.Marshal(value)
			if err == nil {
				requireClean(t, string(raw))
			}
			raw, err = xml.Marshal(value)
			if err == nil {
				requireClean(t, string(raw))
			}
			var buf bytes.Buffer
			_ = gob.NewEncoder(&buf).Encode(value)
			requireClean(t, buf.String())
			buf.Reset()
			slog.New(slog.NewTextHandler(&buf, nil)).Info("m", "v", value, slog.Group("g", "v", value))
			slog.New(slog.NewJSONHandler(&buf, nil)).Info("m", "v", value, slog.Group("g", "v", value))
			requireClean(t, buf.String())
			buf.Reset()
			require.NoError(t, template.Must(template.New("").Parse("{{.}} {{printf `%#v` .}}")).Execute(&buf, value))
			requireClean(t, buf.String())
			requireClean(t, deepDump(value)) // follows pointers and reads unexported fields
		})
	}
	require.Equal(t, "my_test_key-…", key.String())
	require.Equal(t, `"my_test_key-…"`, fmt.Sprintf("%q", key))
	raw, err := json.Marshal(struct{ K notify.Key }{key})
	require.NoError(t, err)
	require.JSONEq(t, `{"K":"my_test_key-…"}`, string(raw))
	require.Empty(t, notify.Key{}.String())
}

// deepDump prints as the failure messages of testify do: by reflection, through pointers, calling no methods.
func deepDump(value any) string {
	rec := &recorder{}
	require.Equal(rec, struct{ nothing int }{}, value)
	return rec.String()
}

type recorder struct{ bytes.Buffer }

func (r *recorder) Errorf(format string, args ...any) { fmt.Fprintf(r, format, args...) }
func (r *recorder) FailNow()                          {}

func TestZeroKey(t *testing.T) {
	t.Parallel()
	var key notify.Key
	require.Empty(t, key.Name()+key.ServiceID()+key.String())
}

func TestKeyEqual(t *testing.T) {
	t.Parallel()
	a, err := notify.ParseKey(testKey)
	require.NoError(t, err)
	b, err := notify.ParseKey(liveKey)
	require.NoError(t, err)
	other, err := notify.ParseKey("test-" + serviceID + "-" + serviceID)
	require.NoError(t, err)
	require.True(t, a.Equal(b), "names do not count")
	require.False(t, a.Equal(other))
	elsewhere, err := notify.ParseKey("test-" + notificationID + "-" + secretID)
	require.NoError(t, err)
	require.False(t, a.Equal(elsewhere), "the same secret in another service")
	require.False(t, a.Equal(notify.Key{}))
	var zero, alsoZero notify.Key
	require.True(t, zero.Equal(alsoZero))
	require.Len(t, map[notify.Key]bool{a: true, b: true}, 2)
}

func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{
		testKey, "gcntfy-" + testKey, serviceID + "-" + secretID, "", "-", strings.Repeat("-", 100), testKey + "\n",
		testKey + testKey, testKey + " " + testKey, secretID + testKey, strings.ToUpper(testKey) + "\u2028" + testKey,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := notify.ParseKey(text)
		if err != nil {
			require.Equal(t, notify.Key{}, key)
			return
		}
		require.NotEmpty(t, key.Name())
		require.Len(t, key.ServiceID(), 36)
		secret := strings.TrimSpace(text)
		secret = secret[len(secret)-36:]
		printed := fmt.Sprintf("%v %+v %#v", key, struct{ k notify.Key }{key}, key)
		require.NotContains(t, strings.ToLower(printed), strings.ToLower(secret))
		key.Type()
	})
}
