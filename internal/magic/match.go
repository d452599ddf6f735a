package magic

import "strings"

// search tries the text rules or the binary rules in order until one matches, and returns its type. It returns "" if no
// rule matches or if the one that does has no type. As in libmagic, if a rule uses named rules that give a type and
// then gives one itself, the two are joined.
func search(content []byte, test byte, isText bool) string {
	m := matcher{rules: rules(), isText: isText}
	said := false
	found := false
	if m.match(m.rules.trees, frame{data: content, test: test}, &said, &found) == failed {
		return ""
	}
	return strings.Join(m.types, "")
}

// Outcomes of a rule.
const (
	failed  = -1 // the whole search fails
	missed  = 0
	matched = 1
	stopped = 2 // the search ends without a type
)

// The limits on rules that lead to other rules are libmagic's. maxSteps limits the number of rules tried in all; an
// ordinary file takes some 4,000.
const (
	maxIndirections = 50
	maxNested       = 50
	maxSteps        = 1 << 20
)

// level is the state of the rules on one level.
type level struct {
	end     uint32 // of the last match
	matched bool   // one of them has matched since the rule above
}

// frame is the data that rules look at, and how they look at it.
type frame struct {
	data []byte
	base uint32 // added to offsets
	test byte   // binaryRule or textRule
	flip bool   // swap little-endian and big-endian
}

type matcher struct {
	rules  ruleSet
	isText bool
	types  []string // found so far

	levels       []level
	offset       uint32 // of the rule
	value        value
	indirections int
	nested       int
	steps        int
}

// reset prepares the state of a level for new rules.
func (m *matcher) reset(at int) {
	for len(m.levels) <= at {
		m.levels = append(m.levels, level{})
	}
	m.levels[at].matched = false
}

// match tries trees of rules one after the other. It sets said if a rule gave a type, and found if a rule matched that
// ends the search.
func (m *matcher) match(trees [][]rule, f frame, said, found *bool) int {
	m.reset(0)
	for _, tree := range trees {
		if !m.applies(&tree[0], f.test) {
			continue
		}
		switch m.matchTree(tree, f, said, found) {
		case failed:
			return failed
		case matched, stopped:
			return outcome(*said)
		}
	}
	return outcome(*said)
}

func outcome(ok bool) int {
	if ok {
		return matched
	}
	return missed
}

// applies reports whether a level 0 rule applies to this kind of test and this kind of file.
func (m *matcher) applies(r *rule, test byte) bool {
	if r.kind == kindName {
		return true
	}
	if r.ofText() {
		switch only := r.textFlags() & (onlyText | onlyBinary); {
		case m.isText && only == onlyBinary, !m.isText && only == onlyText:
			return false
		}
	}
	return r.flags&test != 0
}

// matchTree tries a rule and those that continue it. The outcome is matched if the search is over.
func (m *matcher) matchTree(tree []rule, f frame, said, found *bool) int {
	r := &tree[0]
	if !m.setOffset(r, 0) {
		return missed
	}
	if ok := m.try(r, f, 0, said, found); ok != matched {
		return ok
	}
	if m.say(r, said, found) {
		return matched
	}
	if !m.advance(r, f, 0) {
		return missed
	}
	at := 1
	m.reset(at)
	for i := range tree[1:] {
		r := &tree[1+i]
		if at < r.level {
			continue
		}
		at = r.level
		if !m.setOffset(r, at) {
			return missed
		}
		switch m.try(r, f, at, said, found) {
		case failed:
			return failed
		case missed:
			continue
		}
		if r.kind == kindClear {
			m.levels[at].matched = false
		} else {
			if m.levels[at].matched && r.kind == kindDefault {
				continue
			}
			m.levels[at].matched = true
		}
		if m.say(r, said, found) {
			return matched
		}
		if m.advance(r, f, at) {
			at++
		}
		m.reset(at)
	}
	if *found {
		return stopped
	}
	return missed
}

// say records the type of a rule that matched, and reports whether the rule has one.
func (m *matcher) say(r *rule, said, found *bool) bool {
	if r.mime == "" {
		*found = *found || r.described
		return false
	}
	m.types = append(m.types, r.mime)
	*said, *found = true, true
	return true
}

// setOffset finds where a rule looks. Rules that count from the end of a file never match data in memory.
func (m *matcher) setOffset(r *rule, at int) bool {
	m.offset = uint32(r.offset)
	if r.flags&fromEnd != 0 {
		if at == 0 || r.flags&(relativeOffset|relativeIndirect) == 0 {
			return false
		}
		m.offset = -m.offset
	}
	if at > 0 && r.flags&relativeOffset != 0 {
		m.offset += m.levels[at-1].end
	}
	return true
}

// try fetches what a rule looks at, and compares it.
func (m *matcher) try(r *rule, f frame, at int, said, found *bool) int {
	if m.steps++; m.steps > maxSteps {
		return failed
	}
	switch m.fetch(r, f, at, said, found) {
	case failed:
		return failed
	case missed:
		return outcome(r.relation == '!')
	}
	if r.kind == kindIndirect {
		*found, *said = true, true
	}
	return outcome(m.compare(r))
}

// advance records where a rule's match ends, and reports whether that is within the file.
func (m *matcher) advance(r *rule, f frame, at int) bool {
	end := m.offset + m.extent(r)
	switch r.kind {
	case kindRegexp:
		end = m.value.start
		if r.textFlags()&offsetOfStart == 0 {
			end += m.value.length
		}
	case kindSearch: // even if it was not found
		end = m.value.start
		if r.textFlags()&offsetOfStart == 0 {
			end += uint32(len(r.text))
		}
	}
	if int32(end) < 0 || uint64(end) > uint64(len(f.data)) {
		return false
	}
	m.levels[at].end = end
	return true
}
