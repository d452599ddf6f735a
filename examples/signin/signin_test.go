package signin_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
	"github.com/notifykit/notify/examples/signin"
	"github.com/notifykit/notify/simulator"
	"github.com/notifykit/notify/simulator/simtest"
)

const phone = "+44 7900 900123"

func TestSignIn(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))

	require.NoError(t, app.AskForCode(t.Context(), phone))

	code := kit.One(simtest.To("07900 900123")).Code() // exactly one, or the test ends and says what came close
	require.NoError(t, app.Enter(phone, code))
	require.ErrorIs(t, app.Enter(phone, code), signin.ErrWrongCode) // it is used
}

func TestANewCodeReplacesTheOldOne(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))

	require.NoError(t, app.AskForCode(t.Context(), phone))
	second := kit.Mark()
	require.NoError(t, app.AskForCode(t.Context(), phone))

	require.ErrorIs(t, app.Enter(phone, kit.One(simtest.Not(simtest.Since(second))).Code()), signin.ErrWrongCode)
	require.NoError(t, app.Enter(phone, kit.One(simtest.Since(second)).Code()))
}

func TestACodeExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a sleep takes no time
		kit := simtest.New(t)
		app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))
		require.NoError(t, app.AskForCode(t.Context(), phone))
		time.Sleep(16 * time.Minute)
		require.ErrorIs(t, app.Enter(phone, kit.One().Code()), signin.ErrWrongCode)
	})
}

func TestGuessing(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))
	require.NoError(t, app.AskForCode(t.Context(), phone))
	for range 5 {
		require.ErrorIs(t, app.Enter(phone, "a guess"), signin.ErrWrongCode)
	}
	require.ErrorIs(t, app.Enter(phone, kit.One().Code()), signin.ErrWrongCode)
}

// The program got an error, and the person has got the text all the same.
func TestALostAnswer(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t)
	kit.Inject(simulator.OnSend(), simulator.LoseAnswer())
	app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))
	require.ErrorIs(t, app.AskForCode(t.Context(), phone), notify.ErrOutcomeUnknown)
	require.NoError(t, app.Enter(phone, kit.One().Code()))
}

func TestAMalformedNumber(t *testing.T) {
	t.Parallel()
	kit := simtest.New(t).Expect(notify.ErrValidation)
	app := signin.New(kit.Client(), kit.SMSTemplate("Your code is ((code))."))
	require.ErrorIs(t, app.AskForCode(t.Context(), "0790"), notify.ErrValidation)
	kit.None()
}
