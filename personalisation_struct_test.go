package notify_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifykit/notify"
)

type (
	person struct {
		FirstName string `notify:"first name"`
		Surname   string `json:"surname" notify:",omitempty"`
	}
	contact struct {
		Phone *string
		Email string `json:"email,omitempty"`
	}
	hidden struct{ Inside int }
	ring   struct { // embeds itself
		*ring
		Turn int
	}
	box[T any] struct{ Content T }
	left       struct{ X, OnlyLeft int }
	right      struct {
		X  int
		In hidden `notify:"-"`
	}
	tagged struct {
		Y int `notify:"X"`
	}
	deep   struct{ right }
	level1 struct{ level2 }
	level2 struct{ level3 }
	level3 struct {
		level4
		C, D int
	}
	level4 struct{ A, B int }
	Other  struct {
		First string `json:"first_name"`
	}
	Typo struct {
		A string `notify:"a,string"`
	}
	closed struct{ _ uint64 }
	empty  int
)

func (e empty) IsZero() bool { return e == -1 }

type emptyByPointer struct{ empty bool }

func (e *emptyByPointer) IsZero() bool { return e.empty }

func TestPersonalisationFrom(t *testing.T) {
	t.Parallel()
	phone, file := "07900 900123", notify.FileFromBytes("a.csv", []byte("a"))
	for name, tc := range map[string]struct {
		from any
		want notify.Personalisation
	}{
		"tags": {struct {
			Plain   string
			Own     string `notify:"its own" json:"other"`
			Foreign int    `json:"foreign,string"`
			None    string `notify:"-" json:"none"`
			NoJSON  string `json:"-"`
			Shown   string `notify:"shown" json:"-"`
			Unnamed string `notify:"" json:"-"`
			Dash    string `notify:"-,"`
			Odd     string `json:"it's"` //nolint:staticcheck // a name that encoding/json does not take
			OddOwn  string `notify:"it's \"odd\""`
			private string
		}{"a", "b", 3, "d", "e", "f", "u", "g", "h", "i", "j"}, notify.Personalisation{
			"Plain": "a", "its own": "b", "foreign": 3, "shown": "f", "Unnamed": "u", "-": "g", "Odd": "h", `it's "odd"`: "i",
		}},
		"pointer": {&person{"Amala", "Bird"}, notify.Personalisation{"first name": "Amala", "surname": "Bird"}},
		"omitted": {person{}, notify.Personalisation{"first name": ""}},
		"empty": {struct {
			A string            `notify:",omitempty"`
			B []int             `notify:",omitempty"`
			C *int              `notify:",omitempty"`
			D any               `json:",omitempty"`
			E bool              `json:",omitempty"`
			F float32           `json:",omitempty"`
			G map[string]string `json:",omitempty"`
			H [0]int            `json:",omitempty"`
		}{B: []int{}}, notify.Personalisation{}},
		"zero": {struct {
			A []int                      `notify:",omitzero"`
			B []int                      `notify:",omitzero"`
			C time.Time                  `json:",omitzero"`
			D empty                      `json:"d,omitzero"`
			E empty                      `notify:",omitzero"`
			F emptyByPointer             `notify:",omitzero"`
			G *emptyByPointer            `notify:",omitzero"`
			H fmt.Stringer               `notify:",omitzero"`
			I notify.File                `notify:",omitzero"`
			J interface{ IsZero() bool } `notify:",omitzero"`
			K interface{ IsZero() bool } `notify:",omitzero"`
		}{B: []int{}, E: -1, F: emptyByPointer{true}, K: (*emptyByPointer)(nil)}, notify.Personalisation{
			"B": []int{}, "d": empty(0),
		}},
		"values": {struct {
			A any
			B *string
			C []string
			D json.Number
			F notify.File
			G *notify.File
		}{nil, &phone, []string{"a"}, "1.50", file, &file}, notify.Personalisation{
			"A": nil, "B": &phone, "C": []string{"a"}, "D": json.Number("1.50"), "F": file, "G": &file,
		}},
		"embedded": {struct {
			person
			*contact
		}{person{"A", "B"}, &contact{Email: "e"}}, notify.Personalisation{
			"first name": "A", "surname": "B", "Phone": (*string)(nil), "email": "e",
		}},
		"embedded nil": {struct {
			*contact
			N int
		}{nil, 1}, notify.Personalisation{"N": 1}},
		"embedded unexported": {struct{ hidden }{hidden{1}}, notify.Personalisation{"Inside": 1}},
		"embedded file":       {struct{ notify.File }{file}, notify.Personalisation{"File": file}},
		"nearer hides": {struct {
			left
			X int
		}{left{1, 2}, 3}, notify.Personalisation{"X": 3, "OnlyLeft": 2}},
		"tie": {struct {
			left
			right
		}{left{1, 2}, right{X: 3}}, notify.Personalisation{"OnlyLeft": 2}},
		"tag breaks a tie": {struct {
			left
			right
			tagged
		}{left{1, 2}, right{X: 3}, tagged{4}}, notify.Personalisation{"X": 4, "OnlyLeft": 2}},
		"tie hides deeper": {struct {
			left
			tagged
			other struct{}
			deep
		}{left{1, 2}, tagged{4}, struct{}{}, deep{right{X: 3}}}, notify.Personalisation{"X": 4, "OnlyLeft": 2}},
		"ring":             {ring{&ring{nil, 2}, 1}, notify.Personalisation{"Turn": 1}},
		"generic":          {box[string]{"a"}, notify.Personalisation{"Content": "a"}},
		"generic embedded": {struct{ box[int] }{box[int]{1}}, notify.Personalisation{"Content": 1}},
		"tag wins": {struct {
			A string `json:"B"`
			B string
			C string
			D string `notify:"C"`
		}{"a", "b", "c", "d"}, notify.Personalisation{"B": "a", "C": "d"}},
		"far down": {struct{ level1 }{level1{level2{level3{level4{1, 2}, 3, 4}}}}, notify.Personalisation{
			"A": 1, "B": 2, "C": 3, "D": 4,
		}},
		"digits": {struct {
			A string `json:"address_line_1"`
		}{"a"}, notify.Personalisation{"address_line_1": "a"}},
		"nothing":            {struct{}{}, notify.Personalisation{}},
		"map":                {map[string]int{"a b": 1}, notify.Personalisation{"a b": 1}},
		"map of its kind":    {notify.Personalisation{"f": file, "n": nil}, notify.Personalisation{"f": file, "n": nil}},
		"map by other texts": {&map[label]any{"a": "b"}, notify.Personalisation{"a": "b"}},
		"nil map":            {map[string]string(nil), notify.Personalisation{}},
	} {
		got, err := notify.PersonalisationFrom(tc.from)
		require.NoError(t, err, name)
		require.Equal(t, tc.want, got, name)
	}
}

func TestPersonalisationFromRefuses(t *testing.T) {
	t.Parallel()
	type cycle *cycle
	var endless cycle
	endless = &endless
	var none *person
	at := time.Unix(7777, 0)
	pointer := &person{"secret", ""}
	type visit struct {
		person
		Day time.Weekday `notify:"day of visit"`
	}
	for want, from := range map[string]any{
		"from nil":                                                        nil,
		"from nil:typed":                                                  none,
		"a value of type **notify_test.person":                            &pointer,
		"a value of type string":                                          "secret",
		"a value of type []notify_test.person":                            []person{{"secret", ""}},
		"a value of type map[int]string":                                  map[int]string{7777: "secret"},
		"a value of type func()":                                          func() {},
		"a value of type notify_test.cycle":                               endless,
		"a value of type notify.File":                                     notify.FileFromBytes("secret", []byte("secret")),
		"a time.Time: it has no fields":                                   at,
		"a notify_test.closed: it has no fields":                          closed{},
		`"day of visit" (field Day): a value of type time.Weekday `:       visit{Day: 5},
		`"day of visit" (field visit.Day): a value of type time.Weekday `: struct{ *visit }{&visit{Day: 5}},
		`"At" (field At): a value of type time.Time `:                     struct{ At time.Time }{at},
		`"At" (field At): a value of type *time.Time `:                    struct{ At any }{&at},
		`"l" (field List): a value of type time.Weekday `: struct {
			List []any `notify:"l"`
		}{[]any{"secret", time.Monday}},
		`"Person" (field Person): a value of type notify_test.person `: struct{ Person person }{person{"secret", ""}},
		`"who" (field Person): a value of type notify_test.person `: struct {
			Person person `notify:"who"`
		}{person{"secret", ""}},
		`"N" (field N): the number is not finite`:             struct{ N float64 }{math.NaN()},
		`"Content" (field Content): a value of type []uint8 `: box[[]byte]{[]byte("secret")},
		`"a" (key "a"): a value of type []uint8 `:             map[string]any{"a": []byte("secret")},
		`"first_name" is given twice: by field FirstName and by field Other.First`: struct {
			FirstName string
			Other
		}{"secret", Other{"secret"}},
		`"first-name" is given twice: by field Name and by field FirstName`: struct {
			Name      string `notify:"FirstName"`
			FirstName string `notify:"first-name"`
		}{},
		`"a-B" is given twice: by key "A_b" and by key "a-B"`: map[string]string{"a-B": "secret", "A_b": "secret"},
		"field A: its tag has an option other than omitempty and omitzero": struct {
			A string `notify:"a,omitemtpy"`
		}{"secret"},
		"field Typo.A: its tag has an option": struct{ Typo }{Typo{"secret"}},
		`"A" (field A): a value of type func() `: struct {
			A          func() `notify:",omitempty"`
			B, C, D, E func()
		}{},
		"field a: it has a tag but is not exported": struct {
			a string `notify:"a"`
		}{"secret"},
		"field hidden: it has a tag but is not exported": struct {
			hidden `json:"secret"`
		}{},
	} {
		want, _, _ = strings.Cut(want, ":typed")
		p, err := notify.PersonalisationFrom(from)
		require.ErrorIs(t, err, notify.ErrInvalidRequest, want)
		require.ErrorContains(t, err, want)
		require.NotRegexp(t, "secret|7777", err.Error())
		require.True(t, notify.SafeToRetry(err))
		require.Nil(t, p)
	}
}

// TestPersonalisationFromReadsNoFile: a File made from a reader can be read once only, and that is for sending it.
func TestPersonalisationFromReadsNoFile(t *testing.T) {
	t.Parallel()
	c, mock := setup(t)
	bodies := answer(mock, "POST", "/v2/notifications/email", 201, `{"id":"`+notificationID+`"}`)
	file := notify.FileFromReader("b.csv", strings.NewReader("b"))
	p, err := notify.PersonalisationFrom(struct {
		Direct  notify.File
		Pointer *notify.File
	}{notify.FileFromReader("a.csv", strings.NewReader("a")), &file})
	require.NoError(t, err)
	_, err = c.SendEmail(t.Context(), notify.Email{EmailAddress: "a@example.com", Personalisation: p})
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"Direct":  map[string]any{"file": "YQ==", "filename": "a.csv"},
		"Pointer": map[string]any{"file": "Yg==", "filename": "b.csv"},
	}, (*bodies)[0]["personalisation"])
}
