package notify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

// TestParseKeyPastedTwice: all before the last two ids would be the name, which is printed, and the secret within it.
func TestParseKeyPastedTwice(t *testing.T) {
	t.Parallel()
	other := "other-" + templateID + "-" + notificationID
	for name, text := range map[string]string{
		"new line":             testKey + "\n" + testKey,
		"CR LF":                testKey + "\r\n" + testKey,
		"nothing between":      testKey + testKey,
		"space":                liveKey + " " + testKey,
		"comma":                liveKey + "," + testKey,
		"hyphen":               testKey + "-" + testKey,
		"zero-width space":     testKey + "\u200b" + testKey,
		"two of one service":   "a-" + serviceID + "-" + notificationID + " " + testKey,
		"key of another":       other + " " + testKey,
		"ids alone":            serviceID + "-" + secretID + " " + testKey,
		"secret alone":         secretID + " " + testKey,
		"secret of the name":   "k" + secretID + "-" + serviceID + "-" + secretID,
		"capitals":             strings.ToUpper(testKey) + " " + testKey,
		"the first cut off":    testKey[:len(testKey)-10] + " " + testKey,
		"three times":          testKey + " " + testKey + " " + testKey,
		"name of another line": "NOTIFY_URL=x\nlive-" + serviceID + "-" + secretID,
		"cut off, new line":    testKey[:20] + "\n" + testKey,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := notify.ParseKey(text)
			require.ErrorContains(t, err, "more than one key")
			require.Equal(t, notify.Key{}, key)
			requireClean(t, err.Error())
			require.NotContains(t, err.Error(), serviceID)
			require.NotContains(t, err.Error(), notificationID)
			_, err = notify.New(text)
			require.ErrorContains(t, err, "more than one key")
			requireClean(t, err.Error())
		})
	}
}

// TestParseKeyNames has the names that a key may have: what prints.
func TestParseKeyNames(t *testing.T) {
	t.Parallel()
	for _, control := range []string{"\x00", "\t", "\n", "\r", "\x1b", "\x7f", "\u0080", "\u0085", "\u2028", "\u2029"} {
		_, err := notify.ParseKey("my" + control + "key-" + serviceID + "-" + secretID)
		require.ErrorContains(t, err, "control character", "%q", control)
		requireClean(t, err.Error())
	}
	for _, name := range []string{
		"a b", "a-b--c-", "clé", "🔑 for tests", "测试", "a,b;c:\"d\"", "100% (new)",
		notificationID, serviceID, "k-" + serviceID,
		notificationID + "-" + notificationID[:35], notificationID + " " + templateID, strings.Repeat("0-", 100),
	} {
		key, err := notify.ParseKey(name + "-" + serviceID + "-" + secretID)
		require.NoError(t, err, name)
		require.Equal(t, name, key.Name())
	}
}

func TestKeysOfTwoServicesDiffer(t *testing.T) {
	t.Parallel()
	key, err := notify.ParseKey(testKey)
	require.NoError(t, err)
	other, err := notify.ParseKey("my_test_key-" + templateID + "-" + secretID)
	require.NoError(t, err)
	require.False(t, key.Equal(other), "the same name and secret")
	require.False(t, notify.Key{}.Equal(key))
}

// Every part of a key that is cut short or has another character where a hyphen belongs is noticed, whatever is left of
// it.
func TestKeysThatAreNearlyOnes(t *testing.T) {
	t.Parallel()
	const whole = "k-" + serviceID + "-" + secretID
	_, err := notify.ParseKey(whole[2:])
	require.ErrorContains(t, err, "the part before the service id) is missing", "long enough, and without a name")
	_, err = notify.ParseKey(whole[3:])
	require.ErrorContains(t, err, "too short")
	for i := range len(whole) {
		if i > 0 {
			_, err := notify.ParseKey(whole[i:])
			require.Error(t, err, i)
		}
		_, err := notify.ParseKey(whole[:i])
		require.Error(t, err, i)
		for _, other := range "0afAFgG/:@`_-" {
			if byte(other) == whole[i] || i == 0 {
				continue
			}
			_, err := notify.ParseKey(whole[:i] + string(other) + whole[i+1:])
			digit := strings.ContainsRune("0afAF", other)
			if whole[i] != '-' && digit {
				require.NoError(t, err, "%d %c", i, other)
			} else {
				require.Error(t, err, "%d %c", i, other)
			}
		}
	}
}
