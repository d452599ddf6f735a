package simtest

import "time"

// inBubble reports whether the test runs within testing/synctest, where time begins in the year 2000 and passes only
// while everybody waits.
func inBubble() bool { return time.Now().Year() < 2020 }

// elsewhere is the mistake of making the kit on one side of a bubble's wall and using it on the other: 26 years lie
// between them, in which all messages are deleted, and what waits on one side may not be woken from the other.
const elsewhere = "simtest: the kit was made outside of the bubble of testing/synctest that uses it, or inside for a " +
	"test outside. Give simtest.New the t that synctest.Test gives, and use the kit only there"

// inPlace ends the test if the kit is used on the other side of a bubble's wall.
func (k *Kit) inPlace() {
	k.t.Helper()
	if inBubble() != k.bubble {
		k.misplaced.Store(true)
		k.t.Fatal(elsewhere)
	}
}
