package letter

// Kind is the kind of a [Block].
type Kind uint8

// The pieces of a letter.
const (
	Paragraph Kind = iota
	Heading
	Item      // of a list
	QRCode    // its content is the data of the code
	PageBreak // has no content
	Gap       // an empty line
)

// Block is a piece of a letter's body, to be set in type.
type Block struct {
	Kind Kind
	// Content is plain text, with nothing escaped. Each line break in it begins a new line.
	Content string
	// Marker is printed before an item: a bullet, or its number and a full stop.
	Marker string
	// Depth is how many lists the block is in. An item is in at least one.
	Depth int
	// Last is true for the last block of a list that is not inside another.
	Last bool
}
