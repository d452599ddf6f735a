package magic

import (
	"bytes"
	"encoding/binary"
)

// named is the type of a file in which a name occurs.
type named struct{ name, mime string }

var (
	applicationTypes = [...]named{
		{"Word", "application/msword"}, {"Excel", "application/vnd.ms-excel"},
		{"Powerpoint", "application/vnd.ms-powerpoint"}, {"Crystal Reports", "application/x-rpt"},
		{"Advanced Installer", "application/vnd.ms-msi"}, {"InstallShield", "application/vnd.ms-msi"},
		{"Microsoft Patch Compiler", "application/vnd.ms-msi"}, {"NAnt", "application/vnd.ms-msi"},
		{"Windows Installer", "application/vnd.ms-msi"},
	}
	entryTypes = [...]named{
		{"Book", "application/vnd.ms-excel"}, {"Workbook", "application/vnd.ms-excel"},
		{"WordDocument", "application/msword"}, {"PowerPoint", "application/vnd.ms-powerpoint"},
		{"DigitalSignature", "application/vnd.ms-msi"},
	}
	streamTypes = [...]named{
		{"EncryptedPackage", "application/encrypted"}, {"EncryptedSummary", "application/encrypted"},
		{"mfbu_header", "application/quickbooks"}, {"Book", "application/vnd.ms-excel"},
		{"Workbook", "application/vnd.ms-excel"}, {"WordDocument", "application/msword"},
		{"PowerPoint", "application/vnd.ms-powerpoint"}, {"__properties_version1.0", "application/vnd.ms-outlook"},
		{"__recip_version1.0_#00000000", "application/vnd.ms-outlook"},
	}
)

// typeIn returns the type of the first name that occurs anywhere in text, ignoring case.
func typeIn(text []byte, types []named) string {
	text = bytes.ToLower(text)
	for _, t := range types {
		if bytes.Contains(text, bytes.ToLower([]byte(t.name))) {
			return t.mime
		}
	}
	return ""
}

// streamsType finds the type by the streams in the file. All the names belong to streams, except that an email's
// recipient is a storage, which is a directory.
func (c *compound) streamsType() string {
	for _, t := range streamTypes {
		kind := byte(kindStream)
		if t.name == "__recip_version1.0_#00000000" {
			kind = kindStorage
		}
		if c.find(t.name, kind) != nil {
			return t.mime
		}
	}
	return compoundBroken
}

// summaryType finds the type by the class of the root, by the program that the summary names, or else by any entry of
// the directory. It returns false if the summary can't be read or contains something that libmagic does not know.
func (c *compound) summaryType(summary []byte) (string, bool) {
	properties, ok := readProperties(summary)
	if !ok {
		return "", false
	}
	name := ""
	if c.root != nil && string(c.root.class[:]) == "\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46" {
		name = "application/x-msi"
	}
	for _, p := range properties {
		switch p.kind {
		case propertyNull, propertyInt16, propertyInt32, propertyUint32, propertyFloat, propertyDouble, propertyTime,
			propertyClipboard:
		case propertyText, propertyWideText:
			if name == "" && p.id == propertyApplication {
				name = typeIn(p.printable(), applicationTypes[:])
			}
		default:
			return "", false
		}
	}
	for i := 0; name == "" && i < len(c.entries); i++ {
		name = typeIn(c.entries[i].narrowName(), entryTypes[:])
	}
	if name == "" {
		name = "application/vnd.ms-office"
	}
	return name, true
}

// Kinds of properties.
const (
	propertyNull      = 0x01
	propertyInt16     = 0x02
	propertyInt32     = 0x03
	propertyFloat     = 0x04
	propertyDouble    = 0x05
	propertyUint32    = 0x13
	propertyText      = 0x1e
	propertyWideText  = 0x1f
	propertyTime      = 0x40
	propertyClipboard = 0x47

	propertyKind   = 0x0fff
	propertyVector = 0x1000
	propertyOther  = 0xe000 // arrays, references and reserved bits

	propertyApplication = 0x12 // the program's name
)

// property is an entry of a summary. Only strings keep their content.
type property struct {
	id, kind uint32
	text     []byte
}

// printable is the printable ASCII in the string, up to a zero.
func (p property) printable() []byte {
	const most = 1023
	step := 1
	if p.kind == propertyWideText {
		step = 2
	}
	var b []byte
	// In a string of wide characters, only the low byte of each is looked at.
	for i := 0; i < len(p.text) && p.text[i] != 0 && len(b) < most; i += step {
		if c := p.text[i]; c >= ' ' && c < 0x7f {
			b = append(b, c)
		}
	}
	return b
}

// readProperties reads the first section of a summary.
func readProperties(b []byte) ([]property, bool) {
	const headerSize, sectionAt, most = 48, 44, 100_000
	le := binary.LittleEndian
	if len(b) < headerSize {
		return nil, false
	}
	from := le.Uint32(b[sectionAt:])
	if uint64(from)+8 > uint64(len(b)) {
		return nil, false
	}
	section := b[from:]
	size, count := le.Uint32(section), le.Uint32(section[4:])
	if size <= 8 || uint64(size) > uint64(len(section)) {
		return nil, false
	}
	section = section[8:size]
	whole := b[from+8:]
	var properties []property
	for i := uint64(0); i < uint64(count); i++ {
		at := 8 * i
		if at+8 > uint64(len(whole)) {
			return nil, false
		}
		offset := uint64(le.Uint32(whole[at+4:]))
		if offset < 8 || offset-8 > uint64(len(section)) {
			return nil, false
		}
		p, elements, ok := readProperty(section[offset-8:])
		if !ok || elements > most {
			return nil, false
		}
		p.id = le.Uint32(whole[at:])
		properties = append(properties, p)
		// As in libmagic, the elements of a vector take the place of the properties after it.
		i += min(elements-1, uint64(count)-1-i)
	}
	return properties, true
}

// readProperty reads a property, and returns how many strings it holds, or 1 for anything but strings.
func readProperty(b []byte) (p property, elements uint64, ok bool) {
	le := binary.LittleEndian
	if len(b) < 4 {
		return p, 0, false
	}
	p.kind = le.Uint32(b)
	elements, at := 1, 4
	if p.kind&propertyVector != 0 {
		if len(b) < 8 {
			return p, 0, false
		}
		if elements = uint64(le.Uint32(b[4:])); elements == 0 {
			return p, 0, false
		}
		at = 8
	}
	kind := p.kind & propertyKind
	if p.kind&propertyOther != 0 || kind != propertyText && kind != propertyWideText {
		return p, 1, true
	}
	if at+4 > len(b) {
		return p, 0, false
	}
	n := uint64(le.Uint32(b[at:]))
	if uint64(at)+4+n > uint64(len(b)) {
		return p, 0, false
	}
	p.text = b[at+4 : uint64(at)+4+n]
	if p.kind&propertyVector == 0 {
		p.kind = kind
	}
	return p, elements, true
}
